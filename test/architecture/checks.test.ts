import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import type { Check, EnvironmentCheck } from '#checks/check'
import { CHECKS, checksFor, checksOf, definitionsFor, ENVIRONMENT_CHECKS } from '#checks/index'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { STEP_IDS, type StepId, stepDefinition } from '#domain/rotation/steps'
import { EXAMPLE_CHECKS, EXAMPLE_ENVIRONMENT_CHECKS } from '#test/support/example-checks'
import { aRotation } from '#test/support/rotation-builder'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

const filesIn = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))

type AnyCheck = Check | EnvironmentCheck

const isCheck = (value: unknown): value is AnyCheck =>
  typeof value === 'object' && value !== null && 'id' in value && 'run' in value

/** Every check that a file exports, whether or not anybody knows of it. */
async function exportedBy(file: string): Promise<{ file: string; check: AnyCheck }[]> {
  const exports: Record<string, unknown> = await import(join(ROOT, file))
  return Object.values(exports)
    .filter(isCheck)
    .map((check) => ({ file, check }))
}

const exported = (await Promise.all(filesIn('src/checks').map(exportedBy))).flat()

/** Both tables: what looks at the rotation as a whole, and what looks at one environment. */
const TABLES: readonly AnyCheck[] = [...CHECKS, ...ENVIRONMENT_CHECKS]

const definitions = definitionsFor(aRotation(), DEFAULT_ENVIRONMENTS)

/** Whether a text names a check. An id that is a word of English counts where it is a string or begins one. */
const isNamedIn = (text: string, id: string): boolean =>
  id.includes('-') ? text.includes(id) : new RegExp(`['"\`]${id}['"\`:]`).test(text)

/** All of the bot but the checks themselves. */
const others = ['src', 'commands', 'views', 'db']
  .flatMap(filesIn)
  .filter((file) => !file.startsWith('src/checks/'))

describe('a check is one file and its line in the table', () => {
  it('is in one of the two tables', () => {
    expect(exported.length).toBeGreaterThan(0)
    expect(new Set(exported.map(({ check }) => check))).toEqual(new Set(TABLES))
    expect(new Set(TABLES).size).toBe(TABLES.length)
  })

  it('has an id of its own, which names its file', () => {
    expect(new Set(TABLES.map((check) => check.id)).size).toBe(TABLES.length)
    for (const { id } of TABLES) expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
    for (const { file, check } of exported) expect(basename(file)).toBe(`${check.id}.ts`)
  })

  it.each(TABLES)('$id is known by name to no other file', ({ id }) => {
    const knowing = others.filter((file) => isNamedIn(readFileSync(join(ROOT, file), 'utf8'), id))
    expect(others.length).toBeGreaterThan(100)
    expect(knowing).toEqual([])
  })

  const attestationsOf = (step: StepId) => stepDefinition(step).attestations.map((each) => each.id)

  it.each(definitions.filter((check) => check.backs !== null))(
    '$id backs an attestation of its own step',
    ({ step, backs }) => {
      expect(STEP_IDS).toContain(step)
      for (const id of STEP_IDS) if (id === step) expect(attestationsOf(id)).toContain(backs)
    },
  )

  it('backs no attestation after the sign-offs', () => {
    const promotion = definitions.filter(({ step }) => step === 'promotion')
    expect(promotion.map(({ id, backs }) => [id, backs])).toEqual([
      ['deployed:production', null],
      ['agents-work:production', null],
    ])
  })

  it('is given away as data, in the order of the table', () => {
    const all = checksFor(aRotation(), DEFAULT_ENVIRONMENTS)
    expect(definitions).toEqual(all.map(({ run: _, ...definition }) => definition))
    const whole = definitions.filter((each) => each.environment === undefined)
    expect(whole.map((each) => each.id)).toEqual(CHECKS.map((each) => each.id))
    for (const step of [...STEP_IDS, 'promotion'] as const)
      expect(checksOf(aRotation(), DEFAULT_ENVIRONMENTS, step).map((check) => check.id)).toEqual(
        definitions.filter((each) => each.step === step).map((each) => each.id),
      )
  })

  it('is one for each environment that it concerns, named after both', () => {
    expect(definitions.filter((each) => each.environment).map(({ id, step }) => [id, step])).toEqual([
      ['deployed:sandbox', 'integration-verification'],
      ['agents-work:sandbox', 'integration-verification'],
      ['deployed:staging', 'integration-verification'],
      ['smoke-passed:staging', 'integration-verification'],
      ['agents-work:staging', 'integration-verification'],
      ['deployed:production', 'promotion'],
      ['agents-work:production', 'promotion'],
    ])
  })

  it('is what the examples of other tests say that it is, in their order', () => {
    const ids = EXAMPLE_CHECKS.map((each) => each.id)
    expect(definitions.filter((each) => ids.includes(each.id))).toEqual(EXAMPLE_CHECKS)
    expect(definitions.filter((each) => each.environment)).toEqual(EXAMPLE_ENVIRONMENT_CHECKS)
  })
})
