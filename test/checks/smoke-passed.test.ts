import { describe, expect, it } from 'vitest'
import type { CheckInput } from '#checks/check'
import { smokePassed } from '#checks/smoke-passed'
import type { Run } from '#domain/rotation/rotation'
import { aCheckInput, shown, TOKEN } from '#test/support/check-input'
import { aRun, minutesIn, STAGING } from '#test/support/rotation-builder'

const deployment = (parts: Partial<Run> = {}) =>
  aRun({ kind: 'deploy', startedAt: minutesIn(32), finishedAt: minutesIn(35), ...parts })
const smoke = (parts: Partial<Run> = {}) =>
  aRun({ kind: 'smoke', runId: 8820, startedAt: minutesIn(36), finishedAt: minutesIn(37), ...parts })

const verdictOn = (runs: Run[], readRun?: CheckInput['readRun']) =>
  smokePassed.run(aCheckInput({ rotation: { runs }, ...(readRun && { readRun }) }), STAGING)

describe('the smoke test passed', () => {
  it.each<[string, Run[], string, string]>([
    [
      'it was never requested',
      [deployment()],
      'unknown',
      'Waiting for the smoke test in staging: not started yet',
    ],
    ['it came after the deployment', [deployment(), smoke()], 'passed', 'Run 8820 succeeded'],
    [
      'it began in the second in which the deployment finished',
      [deployment(), smoke({ startedAt: minutesIn(35) })],
      'passed',
      'Run 8820 succeeded',
    ],
    [
      'it began while the deployment still went on',
      [deployment(), smoke({ startedAt: minutesIn(34) })],
      'failed',
      'it tested the previous deployment',
    ],
    [
      'staging was deployed to again since',
      [
        deployment(),
        smoke(),
        deployment({ attempt: 2, runId: 8821, startedAt: minutesIn(40), finishedAt: minutesIn(41) }),
      ],
      'failed',
      'it tested the previous deployment',
    ],
    ['there was no deployment', [smoke()], 'unknown', 'Waiting for the deployment to staging'],
    ['nothing was done', [], 'unknown', 'Waiting for the deployment to staging'],
    [
      'the deployment failed',
      [deployment({ state: 'failed', conclusion: 'failure' }), smoke()],
      'unknown',
      'Waiting for the deployment to staging',
    ],
    [
      'the deployment still runs',
      [deployment({ state: 'running', conclusion: null, finishedAt: null }), smoke()],
      'unknown',
      'Waiting for the deployment to staging',
    ],
    [
      'it failed',
      [deployment(), smoke({ state: 'failed', conclusion: 'failure' })],
      'failed',
      'Run 8820 ended with failure',
    ],
    [
      'it failed while a new deployment runs',
      [smoke({ state: 'failed', conclusion: 'failure' }), deployment({ state: 'running', conclusion: null })],
      'unknown',
      'Waiting for the deployment to staging',
    ],
    ['it runs', [deployment(), smoke({ state: 'running', conclusion: null })], 'unknown', 'has not ended'],
    ['the CI does not say when', [deployment(), smoke({ startedAt: null })], 'unknown', 'does not say when'],
  ])('when %s', async (_, runs, state, sentence) => {
    const verdict = await verdictOn(runs)
    expect(verdict).toMatchObject({ state, sentence: expect.stringContaining(sentence) })
    expect(Boolean(verdict.advice)).toBe(state !== 'passed' && !verdict.sentence.startsWith('Waiting'))
  })

  it('does not fail because GitHub moved the end of the deployment on afterwards', async () => {
    const moved = deployment({ finishedAt: minutesIn(50) })
    const runs = [deployment(), smoke()]
    const readRun = async (runId: number) => shown(runId === moved.runId ? moved : smoke())
    expect((await verdictOn(runs, readRun)).state).toBe('passed')
    const again = { ...moved, startedAt: minutesIn(45) }
    expect((await verdictOn(runs, async (runId) => shown(runId === 8812 ? again : smoke()))).state).toBe(
      'failed',
    )
  })

  it('is unknown when its run was deleted, whatever was seen before', async () => {
    const readRun = async (runId: number) => (runId === 8820 ? null : shown(deployment()))
    const verdict = await verdictOn([deployment(), smoke()], readRun)
    expect(verdict).toMatchObject({ state: 'unknown', sentence: 'Run 8820 is no longer in the CI' })
  })

  it('is not proven by a smoke test or a deployment in another environment', async () => {
    const elsewhere = { environment: 'sandbox', attempt: 2 }
    expect(await verdictOn([deployment(), smoke(elsewhere)])).toMatchObject({
      state: 'unknown',
      sentence: 'Waiting for the smoke test in staging: not started yet',
    })
    expect(await verdictOn([deployment(elsewhere), smoke()])).toMatchObject({
      state: 'unknown',
      sentence: 'Waiting for the deployment to staging',
    })
  })

  it('is unknown where no token of the environment is in the rotation', async () => {
    const tokens = [{ ...TOKEN, environment: 'production' }]
    const given = aCheckInput({ rotation: { runs: [deployment(), smoke()], tokens } })
    expect(await smokePassed.run(given, STAGING)).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('No staging token is in this rotation'),
    })
  })

  it('links the run', async () => {
    const { evidence } = await verdictOn([deployment(), smoke()])
    expect(evidence).toMatchObject([{ label: 'run 8820', url: smoke().url }])
  })
})
