import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { SUBCOMMANDS } from '#commands/slash/index'
import { createPage } from '#sandbox/page/page'
import { help } from '#views/help'
import { compareDocuments } from './write-subcommands.ts'

const pathOf = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))

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

  // `npm run write-subcommands` updates them.
  it.each(compareDocuments())('is in $path', ({ present, updated }) => {
    expect(present).toBe(updated)
  })
})
