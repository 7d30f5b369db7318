import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { SUBCOMMANDS } from '#commands/slash/index'
import { createPage } from '#sandbox/page/page'
import { help } from '#views/help'

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const readText = (path: string): string => readFileSync(pathOf(path), 'utf8')

const words = SUBCOMMANDS.map(({ usage }) => usage.split(' ')[0])

interface Completion {
  suggestionsFor(
    text: string,
    caret: number,
    people: [],
    subcommands: unknown,
  ): { items: { label: string; usage: string; about: string }[] }
}

describe('the table of subcommands', () => {
  it('has each word once', () => {
    expect(words.length).toBeGreaterThan(10)
    expect(new Set(words).size).toBe(words.length)
  })

  it('is the help', () => {
    const shown = JSON.stringify(help(SUBCOMMANDS).blocks)
    for (const { usage, does } of SUBCOMMANDS) {
      expect(shown).toContain(`/rotation ${usage}`)
      expect(shown).toContain(does)
    }
  })

  it('is the completion in the sandbox', async () => {
    const { suggestionsFor }: Completion = await import(pathOf('sandbox/page/commands.js'))
    const subcommands: unknown = await (await createPage().request('/page/subcommands.json')).json()
    const typed = '/rotation '
    const { items } = suggestionsFor(typed, typed.length, [], subcommands)
    expect(
      items.map(({ label, usage, about }) => ({ usage: `${label} ${usage}`.trim(), does: about })),
    ).toEqual(SUBCOMMANDS.map(({ usage, does }) => ({ usage: `/rotation ${usage}`, does })))
  })

  it('is the usage hint in manifest.yml, word by word', () => {
    const manifest: { features: { slash_commands: { command: string; usage_hint: string }[] } } = parse(
      readText('manifest.yml'),
    )
    const [command] = manifest.features.slash_commands
    expect(command?.command).toBe('/rotation')
    expect(command?.usage_hint.split(' | ').map((hint) => hint.split(' ')[0])).toEqual(words)
  })

  it('is the table in README.md', () => {
    const rows = readText('README.md').match(/^\| `\/rotation .*$/gm)
    expect(rows).toEqual(SUBCOMMANDS.map(({ usage, does }) => `| \`/rotation ${usage}\` | ${does} |`))
  })
})
