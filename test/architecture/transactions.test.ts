import { globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** These run without a person's interaction, or after it was taken. */
const WITHOUT_INTERACTION = ['declare-restored.ts', 'escalate-tokens.ts', 'run-checks.ts']

describe('what a person can ask for', () => {
  it('is recorded in the inbox by its transaction, so that a copy changes nothing', () => {
    const own = globSync('src/operations/*.ts')
      .filter((file) => !WITHOUT_INTERACTION.some((name) => file.endsWith(`/${name}`)))
      .filter((file) => readFileSync(file, 'utf8').includes('.transaction()'))
    expect(own).toEqual(['src/operations/interaction.ts'])
    const commands = globSync('commands/**/*.ts').filter((file) =>
      readFileSync(file, 'utf8').includes('.transaction()'),
    )
    expect(commands).toEqual([])
  })
})
