import { describe, expect, it } from 'vitest'
import { rotateJobSucceeded } from '#checks/rotate-job-succeeded'
import type { WorkflowSeen } from '#domain/ports/systems'
import { NotReadable } from '#domain/tokens/secret'
import { aCheckInput, anObservation, aWorkflow } from '#test/support/check-input'
import { NOW } from '#test/support/rotation-builder'

const DAY = 24 * 60 * 60_000
const ago = (ms: number) => new Date(Date.parse(NOW) - ms).toISOString()

const verdictOn = (workflow: Partial<WorkflowSeen> | null) =>
  rotateJobSucceeded.run(aCheckInput({ readWorkflow: async () => aWorkflow(workflow) }))

describe('the rotation job is healthy', () => {
  it('when its last run succeeded, and links the run', async () => {
    expect(await verdictOn({})).toEqual({
      state: 'passed',
      sentence: 'The last run, 8801, succeeded 12 days ago, on 2026-11-11',
      evidence: [expect.objectContaining({ label: 'run 8801', url: anObservation().url })],
    })
  })

  it('when it is one millisecond younger than the cadence, and no longer at the cadence', async () => {
    const young = await verdictOn({ lastCompleted: anObservation({ finishedAt: ago(30 * DAY - 1) }) })
    expect(young).toMatchObject({ state: 'passed' })
    const old = await verdictOn({ lastCompleted: anObservation({ finishedAt: ago(30 * DAY) }) })
    expect(old).toMatchObject({ state: 'failed', advice: expect.stringContaining('manual step') })
    expect(old.sentence).toContain('succeeded 30 days ago, on 2026-10-24; the cadence is 30 days')
  })

  it('while another run is in progress, and says so', async () => {
    const underWay = anObservation({ runId: 8802, state: 'running', conclusion: null, finishedAt: null })
    const { state, sentence } = await verdictOn({ underWay })
    expect(state).toBe('passed')
    expect(sentence).toContain('; run 8802 is in progress')
    const first = await verdictOn({ underWay, lastCompleted: null })
    expect(first.state).toBe('failed')
    expect(first.sentence).toContain(
      'no run in flashfusion/agents on main that has finished; run 8802 is in progress',
    )
  })
})

describe('the rotation job is not healthy', () => {
  it.each([
    ['failure', 'failed'],
    ['cancelled', 'was cancelled'],
    ['timed_out', 'timed out'],
    ['skipped', 'was skipped'],
    ['neutral', 'ended with neutral'],
    [null, 'ended with no conclusion'],
  ])('when its last run ended with %s', async (conclusion, words) => {
    const lastCompleted = anObservation({ state: 'failed', conclusion })
    const verdict = await verdictOn({ lastCompleted })
    expect(verdict).toMatchObject({ state: 'failed', evidence: [{ url: lastCompleted.url }] })
    expect(verdict.sentence).toContain(`The last run, 8801, ${words}`)
  })

  it.each([
    ['disabled_manually', 'it was disabled manually', 'Enable'],
    ['disabled_inactivity', 'after 60 days without commits', 'Enable'],
    ['disabled_fork', 'a fork', 'Enable'],
    ['paused', 'its state is paused', 'enable it'],
  ])('when its state is %s, although its last run succeeded', async (state, words, advice) => {
    const verdict = await verdictOn({ state })
    expect(verdict).toMatchObject({ state: 'failed', advice: expect.stringContaining(advice) })
    expect(verdict.sentence).toContain(words)
  })

  it('when it never ran, with what to do on a first rotation', async () => {
    expect(await verdictOn({ lastCompleted: null })).toMatchObject({
      state: 'failed',
      advice: expect.stringContaining('Run the workflow once'),
    })
  })

  it('when its file is not there, naming file and repository', async () => {
    const verdict = await verdictOn(null)
    expect(verdict.state).toBe('failed')
    expect(verdict.sentence).toBe(
      'The workflow agents-rotate-tokens.yml is not in flashfusion/agents on main',
    )
  })
})

it('is left to the caller when the CI cannot be read', async () => {
  const readWorkflow = () => Promise.reject(new NotReadable('GitHub is away'))
  await expect(rotateJobSucceeded.run(aCheckInput({ readWorkflow }))).rejects.toThrow(NotReadable)
})
