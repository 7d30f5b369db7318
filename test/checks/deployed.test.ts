import { describe, expect, it } from 'vitest'
import type { CheckInput } from '#checks/check'
import { deployed } from '#checks/deployed'
import type { Environment } from '#domain/rotation/environments'
import type { Run } from '#domain/rotation/rotation'
import { NotReadable, type Secret } from '#domain/tokens/secret'
import {
  aCheckInput,
  aSecret,
  freshVersion,
  oldVersion,
  RENEWED,
  scoped,
  shown,
  TOKEN,
} from '#test/support/check-input'
import { aRun, minutesIn, PRODUCTION, STAGING } from '#test/support/rotation-builder'

const FRESH_TOKEN = { ...TOKEN, newVersionId: 'fresh', newVersionAt: RENEWED }
const deployment = (parts: Partial<Run> = {}) =>
  aRun({ kind: 'deploy', startedAt: minutesIn(32), finishedAt: minutesIn(35), ...parts })

const TOOL_RUNNER = { ...FRESH_TOKEN, agent: 'tool-runner' }

const verdictOn = (
  runs: Run[],
  { scope = [scoped(aSecret(), FRESH_TOKEN)], readRun, environment = STAGING }: Parts = {},
) =>
  deployed.run(
    aCheckInput({
      scope,
      rotation: { runs },
      ...(readRun && { readRun }),
    }),
    environment,
  )

interface Parts {
  scope?: ReturnType<typeof scoped>[]
  readRun?: CheckInput['readRun']
  environment?: Environment
}

describe('staging is deployed to', () => {
  it.each<[string, Run[], string, string]>([
    [
      'it was never requested',
      [aRun(), aRun({ kind: 'smoke' })],
      'unknown',
      'Waiting for the deployment to staging: not started yet',
    ],
    [
      'it succeeded after the new versions',
      [deployment()],
      'passed',
      'Run 8812 began at 2026-11-23 09:34:00 UTC, after the newest token (2026-11-23 09:32:00 UTC)',
    ],
    [
      'it began in the second of the new version, which is all that the CI tells',
      [deployment({ startedAt: RENEWED })],
      'passed',
      'Run 8812 began',
    ],
    [
      'it began before the new version',
      [deployment({ startedAt: minutesIn(29) })],
      'failed',
      'before evaluator/staging got its new version at 2026-11-23 09:32:00 UTC: it may have deployed the old token',
    ],
    ['it failed', [deployment({ state: 'failed', conclusion: 'failure' })], 'failed', 'ended with failure'],
    [
      'it was cancelled',
      [deployment({ state: 'failed', conclusion: 'cancelled' })],
      'failed',
      'ended with cancelled',
    ],
    [
      'it never appeared',
      [deployment({ state: 'failed', runId: null, url: null, conclusion: 'never appeared in the CI' })],
      'failed',
      'The run never appeared in the CI',
    ],
    [
      'it was only asked for',
      [deployment({ state: 'requested', runId: null, url: null, conclusion: null })],
      'unknown',
      'The CI does not show the run yet',
    ],
    [
      'it runs',
      [deployment({ state: 'running', conclusion: null, finishedAt: null })],
      'unknown',
      'Run 8812 has not ended',
    ],
    [
      'a newer one failed',
      [deployment(), deployment({ attempt: 2, runId: 8813, state: 'failed', conclusion: 'failure' })],
      'failed',
      'Run 8813 ended with failure',
    ],
    ['the CI does not say when', [deployment({ startedAt: null })], 'unknown', 'does not say when'],
  ])('when %s', async (_, runs, state, sentence) => {
    const verdict = await verdictOn(runs)
    expect(verdict).toMatchObject({ state, sentence: expect.stringContaining(sentence) })
    expect(Boolean(verdict.advice)).toBe(state !== 'passed' && !sentence.startsWith('Waiting'))
  })

  const beside = (secret: Secret | null) => ({
    scope: [scoped(aSecret(), FRESH_TOKEN), scoped(secret, TOOL_RUNNER)],
  })

  // Step 3 recorded matching versions; the secrets manager's present state must decide.
  it.each<[string, Secret | null, string, string]>([
    [
      'was rotated once more after the deployment',
      aSecret({ versions: [freshVersion({ createdAt: minutesIn(90) }), oldVersion()] }),
      'failed',
      'before tool-runner/staging got its new version at 2026-11-23 10:32:00 UTC',
    ],
    [
      'got its new version last',
      aSecret({ versions: [freshVersion({ createdAt: minutesIn(33) }), oldVersion()] }),
      'failed',
      'before tool-runner/staging got its new version',
    ],
    [
      'went back to its old version',
      aSecret({ versions: [freshVersion({ current: false }), oldVersion({ current: true })] }),
      'failed',
      'tool-runner/staging has its old version',
    ],
    ['has no current version', aSecret({ versions: [] }), 'failed', 'tool-runner/staging has no current'],
    ['cannot be read', null, 'unknown', 'access denied'],
  ])('does not pass when a token %s', async (_, secret, state, words) => {
    const verdict = await verdictOn([deployment()], beside(secret))
    expect(verdict).toMatchObject({ state, sentence: expect.stringContaining(words) })
  })

  it.each<[string, Run | null, string, string]>([
    ['deleted', null, 'unknown', 'Run 8812 is no longer in the CI'],
    ['run again, and runs', deployment({ state: 'running', conclusion: null }), 'unknown', 'has not ended'],
    ['run again, and failed', deployment({ state: 'failed', conclusion: 'failure' }), 'failed', 'failure'],
  ])('believes the CI when a run that had succeeded was %s', async (_, now, state, sentence) => {
    const verdict = await verdictOn([deployment()], { readRun: async () => shown(now ?? undefined) })
    expect(verdict).toMatchObject({ state, sentence: expect.stringContaining(sentence) })
  })

  it('takes a run that failed and was run again with success', async () => {
    const failed = deployment({ state: 'failed', conclusion: 'failure' })
    const again = deployment({ startedAt: minutesIn(40), finishedAt: minutesIn(42) })
    const verdict = await verdictOn([failed], { readRun: async () => shown(again) })
    expect(verdict).toMatchObject({ state: 'passed', sentence: expect.stringContaining('09:44:00') })
  })

  it('is unknown when the CI cannot be reached', async () => {
    const readRun = async () => {
      throw new NotReadable('The run 8812: GitHub answered: no (503)')
    }
    await expect(verdictOn([deployment()], { readRun })).rejects.toThrow(NotReadable)
  })

  it('is not proven by a deployment to another environment', async () => {
    const production = deployment({ environment: 'production', attempt: 2, runId: 8813 })
    expect(await verdictOn([production])).toMatchObject({
      state: 'unknown',
      sentence: 'Waiting for the deployment to staging: not started yet',
    })
    const broken = deployment({ state: 'failed', conclusion: 'failure' })
    expect(await verdictOn([broken, production])).toMatchObject({
      state: 'failed',
      sentence: 'Run 8812 ended with failure',
    })
    const scope = [scoped(aSecret(), { ...FRESH_TOKEN, environment: 'production' })]
    expect(await verdictOn([deployment()], { scope, environment: PRODUCTION })).toMatchObject({
      state: 'unknown',
      sentence: 'Waiting for the deployment to production: not started yet',
      advice: '',
    })
  })

  it('is not outdated by a failed deployment to another environment, or by its tokens', async () => {
    const elsewhere = deployment({
      environment: 'production',
      attempt: 2,
      runId: 8813,
      state: 'failed',
      conclusion: 'failure',
    })
    const later = aSecret({ versions: [freshVersion({ createdAt: minutesIn(90) }), oldVersion()] })
    const scope = [
      scoped(aSecret(), FRESH_TOKEN),
      scoped(later, { ...FRESH_TOKEN, environment: 'production' }),
    ]
    const readRun = async (runId: number) => shown(runId === 8813 ? elsewhere : deployment())
    expect((await verdictOn([deployment(), elsewhere], { scope, readRun })).state).toBe('passed')
  })

  it('is unknown where no token of the environment is in the rotation, whatever was deployed', async () => {
    const scope = [scoped(aSecret(), { ...FRESH_TOKEN, environment: 'production' })]
    const verdict = await verdictOn([deployment()], { scope })
    expect(verdict).toMatchObject({
      state: 'unknown',
      sentence: 'No staging token is in this rotation: nothing is verified in staging before it is promoted',
    })
    expect(verdict.advice).toContain('manual step')
  })

  it('links the run', async () => {
    expect((await verdictOn([deployment()])).evidence).toMatchObject([
      { label: 'run 8812', url: deployment().url },
    ])
  })
})
