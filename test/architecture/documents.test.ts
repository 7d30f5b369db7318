import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const DOCUMENTS = readdirSync(ROOT)
  .concat(readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`))
  .filter((name) => name.endsWith('.md'))

/** The changelog may name files that exist no more. */
const HISTORY = ['CHANGELOG.md']

const PATH = /`((?:src|commands|views|db|sandbox|test|bench|docs|\.ci|\.github)\/[\w./-]+)`/g
const LINK = /\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)/g

const found = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, path = '']) => path)

const read = (document: string): string => readFileSync(join(ROOT, document), 'utf8')

describe('the documents', () => {
  it.each(DOCUMENTS)('%s links to files that exist', (document) => {
    const links = found(read(document), LINK)
    expect(links.filter((link) => !existsSync(join(ROOT, dirname(document), link)))).toEqual([])
  })

  it.each(DOCUMENTS.filter((name) => !HISTORY.includes(name)))('%s names files that exist', (document) => {
    const isThere = (path: string) => [path, `${path}.ts`].some((each) => existsSync(join(ROOT, each)))
    expect(found(read(document), PATH).filter((path) => !isThere(path))).toEqual([])
  })
})
