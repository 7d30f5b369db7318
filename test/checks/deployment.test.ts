import { describe, expect, it } from 'vitest'
import { deployed } from '#checks/deployed'
import { promotionWaits } from '#checks/promotion-waits'
import { smokePassed } from '#checks/smoke-passed'
import type { DeploymentSeen } from '#domain/ports/systems'
import type { Run } from '#domain/rotation/rotation'
import { aCheckInput, aSecret, RENEWED, scoped, TOKEN } from '#test/support/check-input'
import { aRun, minutesIn, PRODUCTION, STAGING } from '#test/support/rotation-builder'

const FRESH_TOKEN = { ...TOKEN, newVersionId: 'fresh', newVersionAt: RENEWED }

const byOthers = (parts: Partial<DeploymentSeen> = {}): DeploymentSeen => ({
  id: 71,
  environment: 'staging',
  runId: 8840,
  workflow: 'release.yml',
  url: 'https://github.example/flashfusion/agents/actions/runs/8840/job/1',
  startedBy: 'octocat',
  startedAt: minutesIn(40),
  finishedAt: minutesIn(45),
  ...parts,
})

const input = (
  deployments: DeploymentSeen[],
  { runs = [], problem = null }: { runs?: Run[]; problem?: string | null } = {},
) =>
  aCheckInput({
    scope: [scoped(aSecret(), FRESH_TOKEN)],
    rotation: { runs },
    readDeployments: async () => ({ deployments, problem }),
  })

const deployment = (parts: Partial<Run> = {}) => aRun({ kind: 'deploy', ...parts })

describe('a deployment that others made', () => {
  it('counts when it began after the newest token', async () => {
    const verdict = await deployed.run(input([byOthers()]), STAGING)
    expect(verdict).toMatchObject({
      state: 'passed',
      sentence: expect.stringContaining('Run 8840 (deployed by octocat, not started by the bot) began at'),
    })
    expect(verdict.evidence?.map(({ label }) => label)).toEqual(['deployment by run 8840'])
  })

  it.each<[string, DeploymentSeen[], Run[]]>([
    ['began before it', [byOthers({ startedAt: minutesIn(29) })], []],
    ['did not succeed', [byOthers({ finishedAt: null })], []],
    ['was never in progress', [byOthers({ startedAt: null })], []],
    [
      'is older than a failed one of the bot',
      [byOthers()],
      [deployment({ requestedAt: minutesIn(50), state: 'failed', conclusion: 'failure' })],
    ],
    [
      'is of the very run that failed',
      [byOthers({ runId: 8812 })],
      [deployment({ requestedAt: minutesIn(32), state: 'failed', conclusion: 'failure' })],
    ],
  ])('does not count when it %s', async (_, deployments, runs) => {
    expect((await deployed.run(input(deployments, { runs }), STAGING)).state).not.toBe('passed')
  })

  it('counts after a deployment of the bot that came too early', async () => {
    const runs = [
      deployment({ requestedAt: minutesIn(25), startedAt: minutesIn(26), finishedAt: minutesIn(28) }),
    ]
    expect((await deployed.run(input([byOthers()], { runs }), STAGING)).state).toBe('passed')
  })

  it('does not matter while the bot deploys', async () => {
    const runs = [deployment({ state: 'running', conclusion: null, finishedAt: null })]
    expect((await deployed.run(input([byOthers()], { runs }), STAGING)).state).toBe('unknown')
  })

  it('is what a smoke test has to follow', async () => {
    const smoke = (startedAt: string) => aRun({ kind: 'smoke', startedAt, finishedAt: minutesIn(60) })
    const after = await smokePassed.run(input([byOthers()], { runs: [smoke(minutesIn(46))] }), STAGING)
    expect(after.state).toBe('passed')
    const before = await smokePassed.run(input([byOthers()], { runs: [smoke(minutesIn(44))] }), STAGING)
    expect(before.state).toBe('failed')
  })
})

describe('a CI that does not show deployments', () => {
  const problem = 'The deployments to staging in flashfusion/agents: the token may not do this (403)'

  it('leaves the runs of the bot, and the evidence says so', async () => {
    const verdict = await deployed.run(input([], { problem }), STAGING)
    expect(verdict).toMatchObject({ state: 'unknown', sentence: expect.stringContaining('not started yet') })
    expect(verdict.evidence?.map(({ label }) => label)).toEqual([
      `Only runs that the bot started or a person adopted count: ${problem}`,
    ])
  })

  it('takes nothing from a deployment of the bot', async () => {
    const runs = [deployment({ startedAt: minutesIn(33), finishedAt: minutesIn(35) })]
    expect((await deployed.run(input([], { runs, problem }), STAGING)).state).toBe('passed')
  })
})

describe('the promotion that waits for the sign-offs', () => {
  it('concerns only what takes its tokens at run time, after the sign-offs', () => {
    expect(promotionWaits.concerns({ ...PRODUCTION, takes: 'runtime' })).toBe(true)
    expect(promotionWaits.concerns(PRODUCTION)).toBe(false)
    expect(promotionWaits.concerns({ ...STAGING, takes: 'runtime' })).toBe(false)
  })

  it('never passes by itself', async () => {
    const verdict = await promotionWaits.run(aCheckInput(), { ...PRODUCTION, takes: 'runtime' })
    expect(verdict).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('before anybody has signed'),
    })
  })
})
