import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PRODUCTION = ['src', 'commands', 'views', 'db']
const DEVELOPMENT = ['sandbox', 'test', 'bench']

const {
  dependencies,
  devDependencies,
}: Record<string, Record<string, string>> = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))

/** Imports of values and of types, also by `import()`. */
const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'"]*?from\s*)?'([^'#.][^']*)'|\bimport\(\s*'([^'#.][^']*)'/g
/** A file of a package that is read, not imported. */
const READ = /['"`]((?:@[\w.-]+\/)?[\w.-]+)\/[^'"`\s]+\.(?:ttf|wasm)['"`]/g

const nameOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const specifiersIn = (text: string): string[] =>
  [IMPORT, READ].flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap(([, fixed, dynamic]) => fixed ?? dynamic ?? []),
  )

function filesIn(folders: readonly string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(folder, name)),
  )
}

const specifiersOf = (folders: readonly string[]): Set<string> =>
  new Set(filesIn(folders).flatMap((file) => specifiersIn(readFileSync(join(ROOT, file), 'utf8'))))

const packagesOf = (folders: readonly string[]): Set<string> =>
  new Set([...specifiersOf(folders)].filter((specifier) => !specifier.startsWith('node:')).map(nameOf))

describe('package.json', () => {
  it('lists as dependencies what production uses, and nothing else', () => {
    expect(Object.keys(dependencies ?? {}).sort()).toEqual([...packagesOf(PRODUCTION)].sort())
  })

  it('lists as dependencies for development what only the sandbox, the tests and the benchmarks use', () => {
    const production = packagesOf(PRODUCTION)
    const only = [...packagesOf(DEVELOPMENT)].filter((name) => !production.has(name))
    expect(only).toEqual(expect.arrayContaining(['hono', '@hono/node-server', 'ws']))
    expect(only.filter((name) => !(name in (devDependencies ?? {})))).toEqual([])
  })

  it('would see an import of any form, and a file that is read', () => {
    const text = "import { a } from 'zod'\nimport 'yaml'\nawait import('@slack/bolt/part')"
    expect(specifiersIn(text)).toEqual(['zod', 'yaml', '@slack/bolt/part'])
    expect(specifiersIn('read(`four/ttf/$' + '{file}.ttf`)').map(nameOf)).toEqual(['four'])
  })
})

describe('package-lock.json', () => {
  interface Locked {
    integrity?: string
    link?: boolean
    hasInstallScript?: boolean
  }
  const { packages }: { packages: Record<string, Locked> } = JSON.parse(
    readFileSync(join(ROOT, 'package-lock.json'), 'utf8'),
  )
  const { allowScripts }: { allowScripts: Record<string, boolean> } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  )
  const installed = Object.entries(packages).filter(([path]) => path.includes('node_modules/'))

  it('pins each package that npm ci installs by its hash', () => {
    expect(installed.filter(([, { integrity, link }]) => !link && !integrity).map(([path]) => path)).toEqual(
      [],
    )
    expect(installed.filter(([, { link }]) => link).map(([path]) => path)).toEqual([
      'node_modules/node-for-the-checkout',
    ])
  })

  it('runs no script of a package, which could install something else', () => {
    const withScripts = installed
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.replace(/^.*node_modules\//, ''))
    expect(withScripts.filter((name) => allowScripts[name] !== false)).toEqual([])
  })
})

describe('what is imported', () => {
  it('is never the whole of a library of small functions', () => {
    const specifiers = specifiersOf([...PRODUCTION, ...DEVELOPMENT])
    expect(specifiers).toContain('date-fns/addDays')
    expect([...specifiers].filter((name) => ['date-fns', 'lodash', 'lodash-es'].includes(name))).toEqual([])
  })
})
