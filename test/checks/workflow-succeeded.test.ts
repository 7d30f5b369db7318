import { describe, expect, it } from 'vitest'
import { workflowSucceeded } from '#checks/workflow-succeeded'
import type { Run } from '#domain/rotation/rotation'
import { aCheckInput, aSecret, oldVersion, scoped, shown } from '#test/support/check-input'
import { aRun } from '#test/support/rotation-builder'

const unseen = { runId: null, url: null, conclusion: null }
const going = { conclusion: null }

describe('the workflow finished', () => {
  it.each<[string, Run[], string, string]>([
    ['nothing was started', [], 'unknown', 'Waiting for the rotation workflow: not started yet'],
    [
      'only another workflow ran',
      [aRun({ kind: 'deploy' }), aRun({ kind: 'smoke' })],
      'unknown',
      'Waiting for the rotation workflow: not started yet',
    ],
    ['it succeeded', [aRun()], 'passed', 'Run 8812 succeeded'],
    [
      'it failed',
      [aRun({ state: 'failed', conclusion: 'failure' })],
      'failed',
      'Run 8812 ended with failure',
    ],
    [
      'it was cancelled',
      [aRun({ state: 'failed', conclusion: 'cancelled' })],
      'failed',
      'Run 8812 ended with cancelled',
    ],
    [
      'the CI had no word for its end',
      [aRun({ state: 'failed', conclusion: null })],
      'failed',
      'Run 8812 ended with no success',
    ],
    [
      'it was only asked for',
      [aRun({ state: 'requested', ...unseen })],
      'unknown',
      'The CI does not show the run yet',
    ],
    ['it waits', [aRun({ state: 'queued', ...going })], 'unknown', 'Run 8812 has not ended'],
    ['it runs', [aRun({ state: 'running', ...going })], 'unknown', 'Run 8812 has not ended'],
    [
      'a second one runs after one that succeeded',
      [aRun(), aRun({ attempt: 2, runId: 8813, state: 'running', ...going })],
      'unknown',
      'Run 8813 has not ended',
    ],
    [
      'a second one succeeded after one that failed',
      [aRun({ state: 'failed', conclusion: 'failure' }), aRun({ attempt: 2, runId: 8813 })],
      'passed',
      'Run 8813 succeeded',
    ],
  ])('when %s', async (_, runs, state, sentence) => {
    const verdict = await workflowSucceeded.run(aCheckInput({ rotation: { runs } }))
    expect(verdict).toMatchObject({ state, sentence })
    expect(Boolean(verdict.advice)).toBe(state !== 'passed' && !sentence.startsWith('Waiting'))
  })

  it('is the one red line where its run failed and left tokens without a new version', async () => {
    const failed = aRun({ state: 'failed', conclusion: 'failure' })
    const input = aCheckInput({
      rotation: { runs: [failed] },
      scope: [scoped(aSecret({ versions: [oldVersion({ current: true })] }))],
    })
    expect(await workflowSucceeded.run(input)).toMatchObject({
      state: 'failed',
      sentence: 'Run 8812 ended with failure',
      advice: expect.stringContaining('start it again'),
      evidence: [{ label: 'run 8812' }],
    })
  })

  it.each<[string, Run | undefined, string, string]>([
    ['deleted', undefined, 'unknown', 'Run 8812 is no longer in the CI'],
    ['run again and runs', aRun({ state: 'running', conclusion: null }), 'unknown', 'Run 8812 has not ended'],
    [
      'run again and failed',
      aRun({ state: 'failed', conclusion: 'failure' }),
      'failed',
      'Run 8812 ended with failure',
    ],
  ])('believes the CI when a run that had succeeded was %s', async (_, now, state, sentence) => {
    const input = aCheckInput({ rotation: { runs: [aRun()] }, readRun: async () => shown(now) })
    expect(await workflowSucceeded.run(input)).toMatchObject({ state, sentence })
  })

  it('links the run as soon as the CI shows it', async () => {
    const evidenceOf = async (run: Run) =>
      (await workflowSucceeded.run(aCheckInput({ rotation: { runs: [run] } }))).evidence
    expect(await evidenceOf(aRun({ state: 'requested', ...unseen }))).toEqual([])
    for (const state of ['running', 'failed', 'succeeded'] as const)
      expect(await evidenceOf(aRun({ state }))).toMatchObject([{ label: 'run 8812', url: aRun().url }])
  })
})
