import { describe, expect, it } from 'vitest'
import type { Check } from '#checks/check'
import { metadataComplete } from '#checks/metadata-complete'
import { newVersionCurrent } from '#checks/new-version-current'
import { tagsCorrect } from '#checks/tags-correct'
import type { Revoker } from '#domain/rotation/rotation'
import type { Secret } from '#domain/tokens/secret'
import {
  aCheckInput,
  aSecret,
  freshVersion,
  oldVersion,
  type SecretParts,
  scoped,
} from '#test/support/check-input'
import { anException, aRun, minutesIn, NOW, OPENED, type RotationParts } from '#test/support/rotation-builder'

const DAY = 24 * 60
// Checked after two hours; the cadence is 30 days, with 5 days of grace.
const FARTHEST = 120 + 35 * DAY

interface Examples {
  check: Check
  passes: [string, SecretParts][]
  fails: [string, SecretParts, string][]
}

const EXAMPLES: Examples[] = [
  {
    check: tagsCorrect,
    passes: [
      ['all four are right', {}],
      ['the expiry is as far ahead as it may be', { tags: { expiry: minutesIn(FARTHEST) } }],
      ['the expiry is a minute ahead', { tags: { expiry: minutesIn(121) } }],
    ],
    fails: [
      ...['env', 'scope', 'expiry', 'version'].map((tag): [string, SecretParts, string] => [
        `there is no ${tag}`,
        { tags: { [tag]: undefined } },
        `lacks the tag ${tag}`,
      ]),
      [
        'there is none',
        { tags: { env: undefined, scope: undefined, expiry: undefined, version: undefined } },
        'lacks the tag env, scope, expiry, version',
      ],
      ['env is another', { tags: { env: 'production' } }, 'has env production, not staging'],
      ['env is written otherwise', { tags: { env: 'Staging' } }, 'has env Staging, not staging'],
      ['scope is another', { tags: { scope: 'orchestrator' } }, 'has scope orchestrator, not evaluator'],
      [
        'they were set for the old version',
        { tags: { version: oldVersion().id } },
        'has tags that were set for another version',
      ],
      ['the expiry has passed', { tags: { expiry: minutesIn(119) } }, 'has an expiry in the past'],
      ['the expiry is now', { tags: { expiry: NOW } }, 'has an expiry in the past'],
      [
        'the expiry is too far ahead',
        { tags: { expiry: minutesIn(FARTHEST + 1) } },
        'has an expiry more than 35 days ahead',
      ],
      ['the expiry is no date', { tags: { expiry: 'never' } }, 'has an expiry that is not a date (never)'],
    ],
  },
  {
    check: newVersionCurrent,
    passes: [
      ['it was made during the rotation', {}],
      ['it was made when the rotation began', { versions: [freshVersion({ createdAt: OPENED })] }],
    ],
    fails: [
      ['none is current', { versions: [oldVersion()] }, 'has no current version'],
      [
        'the current one is older than the rotation',
        { versions: [oldVersion({ current: true })] },
        'still has version 7f3a1c52 from 2026-11-11',
      ],
      [
        'the current one is a minute older',
        { versions: [freshVersion({ createdAt: minutesIn(-1) })] },
        'still has version 91bc77d0 from 2026-11-23',
      ],
      [
        'another is still pending',
        { versions: [freshVersion(), oldVersion({ pending: true })] },
        'has a version that is still pending',
      ],
    ],
  },
  {
    check: metadataComplete,
    passes: [['there are owner, environment, creation and last rotated time', {}]],
    fails: [
      ['there is no owner', { tags: { owner: undefined } }, 'lacks owner'],
      ['there is no environment', { tags: { env: undefined } }, 'lacks environment'],
      ['the environment is another', { tags: { env: 'sandbox' } }, 'lacks environment (tag says sandbox)'],
      ['there is no creation time', { createdAt: '1970-01-01T00:00:00.000Z' }, 'lacks creation time'],
      ['it never was rotated', { versions: [] }, 'lacks last rotated time'],
      [
        'there is nothing',
        { tags: { owner: undefined, env: undefined }, createdAt: '1970-01-01T00:00:00.000Z', versions: [] },
        'lacks owner, environment, creation time, last rotated time',
      ],
      ['its deletion is scheduled', { deletedAt: minutesIn(DAY) }, 'is scheduled for deletion'],
    ],
  },
]

describe('a pending version that a newer one overtook', () => {
  const secret = aSecret({ versions: [freshVersion(), oldVersion({ pending: true })] })
  const verdict = (revoker: Revoker) =>
    newVersionCurrent.run(aCheckInput({ rotation: { runs: [aRun()], revoker }, scope: [scoped(secret)] }))

  it('is tracked where the bot revokes, and keeps no new version from being current', async () => {
    expect(await verdict('bot')).toMatchObject({ state: 'passed' })
    expect(await verdict('workflow')).toMatchObject({ state: 'failed' })
  })
})

describe.each(EXAMPLES)('$check.title', ({ check, passes, fails }) => {
  const verdictOn = (...secrets: (Secret | null)[]) =>
    check.run(aCheckInput({ rotation: { runs: [aRun()] }, scope: secrets.map((secret) => scoped(secret)) }))

  it.each(passes)('passes when %s', async (_, parts) => {
    expect(await verdictOn(aSecret(parts))).toMatchObject({ state: 'passed' })
  })

  it.each(fails)('fails when %s', async (_, parts, words) => {
    const verdict = await verdictOn(aSecret(parts))
    expect(verdict).toMatchObject({ state: 'failed', advice: expect.stringMatching(/\S/) })
    expect(verdict.sentence).toContain(`evaluator/staging ${words}`)
  })

  it('shows what it saw of each token', async () => {
    const { evidence } = await verdictOn(aSecret(), aSecret())
    expect(evidence).toHaveLength(1)
    expect(evidence?.[0]?.label).toMatch(/^evaluator\/staging \S.*, evaluator\/staging \S/)
  })

  it('fails when one of two is wrong', async () => {
    const [, wrong] = fails[0] ?? []
    expect(await verdictOn(aSecret(), aSecret(wrong))).toMatchObject({ state: 'failed' })
  })

  it('is unknown when one could not be read', async () => {
    const verdict = await verdictOn(aSecret(), null)
    expect(verdict).toMatchObject({ state: 'unknown', sentence: expect.stringContaining('access denied') })
  })
})

describe('tokens without a new version', () => {
  const unrotated = [scoped(aSecret({ versions: [oldVersion({ current: true })] }))]
  const verdictOn = (rotation: RotationParts) =>
    newVersionCurrent.run(aCheckInput({ rotation, scope: unrotated }))

  it('wait for the workflow before it has ended: nothing is wrong yet', async () => {
    expect(await verdictOn({ runs: [] })).toMatchObject({
      sentence: 'Waiting for the rotation workflow',
      advice: '',
    })
    const running = aRun({ state: 'running', conclusion: null })
    expect((await verdictOn({ runs: [running] })).sentence).toBe(
      'Waiting for the end of the rotation workflow',
    )
  })

  it('wait for another run after one that failed, whose check has the advice', async () => {
    const failed = aRun({ state: 'failed', conclusion: 'failure' })
    const verdict = await verdictOn({ runs: [failed] })
    expect(verdict).toMatchObject({ state: 'unknown', advice: '', evidence: [{ label: 'run 8812' }, {}] })
    expect(verdict.sentence).toContain('Waiting for a rotation workflow that succeeds: 1 of 1 tokens not')
  })

  it('are the one red line after one that succeeded, with the log of the run', async () => {
    const verdict = await verdictOn({ runs: [aRun()] })
    expect(verdict).toMatchObject({ state: 'failed', evidence: [{ label: 'run 8812' }, { url: null }] })
    expect(verdict.sentence).toContain(
      '1 of 1 tokens not rotated: evaluator/staging still has version 7f3a1c52',
    )
    expect(verdict.advice).toContain('run the workflow again')
  })

  it('are wrong without a workflow where a person documented that they were rotated by hand', async () => {
    const exceptions = [anException({ check: 'workflow-succeeded' })]
    expect(await verdictOn({ runs: [], exceptions })).toMatchObject({ state: 'failed' })
  })
})
