import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** These run without a person's interaction, or after it was taken. */
const WITHOUT_INTERACTION = ['declare-restored.ts', 'escalate-tokens.ts', 'run-checks.ts']

/** Whether a text begins a transaction. */
const begins = (text: string): boolean => /\.transaction\(\)|\binTransaction\(/.test(text)

describe('what a person can ask for', () => {
  it('is recorded in the inbox by its transaction, so that a copy changes nothing', () => {
    const own = globSync('src/operations/*.ts')
      .filter((file) => !WITHOUT_INTERACTION.some((name) => file.endsWith(`/${name}`)))
      .filter((file) => begins(readFileSync(file, 'utf8')))
    expect(own).toEqual(['src/operations/interaction.ts'])
    const commands = globSync('commands/**/*.ts').filter((file) => begins(readFileSync(file, 'utf8')))
    expect(commands).toEqual([])
  })
})
