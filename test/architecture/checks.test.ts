import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Check } from '#checks/check'
import { CHECKS, checksOf, definitions } from '#checks/index'
import { STEP_IDS, stepDefinition } from '#domain/rotation/steps'
import { EXAMPLE_CHECKS } from '#test/support/example-checks'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))

const isCheck = (value: unknown): value is Check =>
  typeof value === 'object' && value !== null && 'id' in value && 'run' in value

/** Every check that a file exports, whether or not anybody knows of it. */
async function exportedBy(file: string): Promise<{ file: string; check: Check }[]> {
  const exports: Record<string, unknown> = await import(join(ROOT, file))
  return Object.values(exports)
    .filter(isCheck)
    .map((check) => ({ file, check }))
}

const exported = (await Promise.all(filesIn('src/checks').map(exportedBy))).flat()

/** All of the bot but the checks themselves. */
const others = ['src', 'commands', 'views', 'db']
  .flatMap(filesIn)
  .filter((file) => !file.startsWith('src/checks/'))

describe('a check is one file and its line in the table', () => {
  it('is in the table', () => {
    expect(exported.length).toBeGreaterThan(0)
    expect(new Set(exported.map(({ check }) => check))).toEqual(new Set(CHECKS))
  })

  it('has an id of its own, which names its file', () => {
    expect(new Set(CHECKS.map((check) => check.id)).size).toBe(CHECKS.length)
    for (const { file, check } of exported) expect(basename(file)).toBe(`${check.id}.ts`)
  })

  it.each(CHECKS)('$id is known by name to no other file', ({ id }) => {
    const knowing = others.filter((file) => readFileSync(join(ROOT, file), 'utf8').includes(id))
    expect(others.length).toBeGreaterThan(100)
    expect(knowing).toEqual([])
  })

  it.each(CHECKS.filter((check) => check.backs !== null))(
    '$id backs an attestation of its own step',
    (check) => {
      expect(stepDefinition(check.step).attestations.map((each) => each.id)).toContain(check.backs)
    },
  )

  it('is given away as data, in the order of the table', () => {
    expect(definitions).toEqual(CHECKS.map(({ run: _, ...definition }) => definition))
    for (const step of STEP_IDS)
      expect(checksOf(step).map((check) => check.id)).toEqual(
        definitions.filter((each) => each.step === step).map((each) => each.id),
      )
  })

  it('is what the examples of other tests say that it is, in their order', () => {
    const ids = EXAMPLE_CHECKS.map((each) => each.id)
    expect(definitions.filter((each) => ids.includes(each.id))).toEqual(EXAMPLE_CHECKS)
  })
})
