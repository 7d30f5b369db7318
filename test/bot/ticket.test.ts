import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runChecks } from '#operations/run-checks'
import { CREDENTIALS } from '#sandbox/demo-users'
import type { FaultId } from '#sandbox/faults'
import { issuesOf } from '#sandbox/github/tracker'
import { jiraCommentsOf } from '#sandbox/jira/issues'
import { type CuttingProxy, createCuttingProxy } from '#test/support/cutting-proxy'
import { eventually, wordsOf } from '#test/support/person'
import { ALL_STEPS, completeRotation, completeStep, signOff, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const STAGING = { scope: ['environment:staging'] }

const abort = async ({ operator }: Workspace, label: string) => {
  await operator.type(`/rotation abort ${label}`)
  await operator.submit(await operator.modal('abort'), { reason: 'seen enough' })
}

describe('the ticket', () => {
  let workspace: Workspace
  let proxy: CuttingProxy
  beforeAll(async () => {
    workspace = await openWorkspace({
      // The log is changed by hand below.
      audited: false,
      async connect(env) {
        proxy = await createCuttingProxy(new URL(env.GITHUB_API_URL ?? '').origin)
        return { ...env, GITHUB_API_URL: `${proxy.url}/github` }
      },
    })
    proxy.cutNext(/POST .*\/issues\/1\/comments/)
    await start(workspace.operator, STAGING)
    for (const step of ALL_STEPS.slice(0, 4)) await completeStep(workspace.operator, 'R1', step)
  }, 60_000)
  afterAll(async () => {
    await workspace.close()
    await proxy.close()
  })

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
  const bodies = () =>
    issuesOf(workspace.sandbox.world)
      .comments(1)
      .map((comment) => comment.body)
  /** Each check of step 5 as it is decided now: its state, and what it says. */
  const verdicts = async () => {
    const results = await runChecks(workspace.bot.context, 1, 'audit-logging', 'bot')
    return Object.fromEntries(results.map((each) => [each.check, `${each.state}: ${each.sentence}`]))
  }
  const card = async () => wordsOf(await workspace.operator.card('R1'))

  it('has one report when step 4 is done, though the answer was cut, with the links of every step', async () => {
    await expect.poll(card, { timeout: 15_000 }).toMatch(/#repository\/issues\/1.*\|ticket>/)
    expect(proxy.cuts()).toBe(1)
    expect(bodies()).toHaveLength(1)
    for (const step of ALL_STEPS.slice(0, 4))
      expect(bodies()[0]).toContain(`https://evidence.example/R1/${step}`)
    expect(bodies()[0]).toContain('#repository/logs/agents/rotation-log.md')
    expect(await verdicts()).toMatchObject({
      'ticket-updated': expect.stringMatching(
        /^passed: The ticket #1 is open and has the report with 7 evidence links, 4 of them added by people$/,
      ),
      'log-appended': expect.stringContaining('passed'),
    })
  }, 60_000)

  it.each<[FaultId, string, RegExp]>([
    ['ticket-closed', 'ticket-updated', /^failed: The ticket #1 is closed/],
    ['ticket-comment-deleted', 'ticket-updated', /^failed: .*does not have the newest report/],
    ['ticket-unavailable', 'ticket-updated', /^unknown: .*\(503\)/],
    ['github-unavailable', 'ticket-updated', /^unknown: .*\(503\)/],
    [
      'log-row-changed',
      'log-appended',
      /^failed: The entry “validated” for R1 was changed: its owner is “somebody else”/,
    ],
  ])(
    'is not updated to the check while %s, and is again afterwards',
    async (id, check, words) => {
      await fault(id, true)
      expect((await verdicts())[check]).toMatch(words)
      await fault(id, false)
      expect((await verdicts())[check]).toMatch(/^passed/)
    },
    60_000,
  )

  it('is not updated when somebody takes a link out of the report', async () => {
    const tracker = issuesOf(workspace.sandbox.world)
    const [comment] = tracker.comments(1)
    if (!comment) throw new Error('no comment')
    tracker.editComment(comment, comment.body.replaceAll('https://evidence.example/R1/automation-health', ''))
    expect((await verdicts())['ticket-updated']).toMatch(/^failed: .*lacks 1 of 7 evidence links/)
    tracker.editComment(comment, comment.body)
  }, 60_000)

  it('gets a new report when only an earlier step is done again, and the outcome at the end', async () => {
    const { operator, devopsLead, aiOpsOwner } = workspace
    await completeStep(operator, 'R1', 'audit-logging')
    const card = await eventually(async () => {
      const found = await devopsLead.card('R1')
      return wordsOf(found).includes('Reject') && found
    }, 'the button that rejects')
    await devopsLead.click(card, 'reject')
    const answers = { reason: 'look again', steps: ['inventory-review', 'audit-logging'] }
    await devopsLead.submit(await devopsLead.modal('reject'), answers)
    await completeStep(operator, 'R1', 'inventory-review')
    await completeStep(operator, 'R1', 'audit-logging')
    await signOff(devopsLead, 'R1', 'devops-lead')
    await signOff(aiOpsOwner, 'R1', 'ai-ops-owner')
    await completeRotation(operator, 'R1')
    await expect.poll(() => bodies().length, { timeout: 20_000 }).toBe(5)
    expect(bodies().map((body) => /^### R1 ([a-z]+)/.exec(body)?.[1])).toEqual([
      'validated',
      'rejected',
      'validated',
      'approved',
      'complete',
    ])
    expect(bodies().at(-1)).toContain('https://evidence.example/R1/audit-logging')
  }, 120_000)
})

describe('a ticket that cannot be reached', () => {
  it('holds nothing else up, is named on the card, and gets its report later', async () => {
    const workspace = await openWorkspace()
    const { operator, sandbox } = workspace
    try {
      await start(operator, STAGING)
      await operator.post('faults', { id: 'ticket-unavailable', on: true })
      await abort(workspace, 'R1')
      expect(wordsOf(await operator.card('R1', 'Not yet delivered'))).toContain('comment on the ticket')
      const said = async () => wordsOf(await operator.card('R1'))
      await expect.poll(said, { timeout: 15_000 }).toContain('|rotation log>')
      expect(issuesOf(sandbox.world).comments(1)).toEqual([])
      await operator.post('faults', { id: 'ticket-unavailable', on: false })
      await expect.poll(said, { timeout: 25_000 }).toContain('|ticket>')
      expect(issuesOf(sandbox.world).comments(1)).toHaveLength(1)
    } finally {
      await workspace.close()
    }
  }, 90_000)

  it('may be in Jira', async () => {
    const workspace = await openWorkspace({
      connect: async (env) => ({
        ...env,
        JIRA_BASE_URL: `${new URL(env.GITHUB_API_URL ?? '').origin}/jira/`,
        JIRA_EMAIL: CREDENTIALS.jiraEmail,
        JIRA_API_TOKEN: CREDENTIALS.jiraToken,
      }),
    })
    const { operator, sandbox } = workspace
    try {
      await start(operator, STAGING)
      await abort(workspace, 'R1')
      const said = async () => wordsOf(await operator.card('R1'))
      await expect
        .poll(said, { timeout: 15_000 })
        .toMatch(/\/jira\/browse\/OPS-7\?focusedCommentId=\d+\|ticket>/)
      expect(jiraCommentsOf(sandbox.world).all()).toMatchObject([{ issue: 'OPS-7' }])
      expect(issuesOf(sandbox.world).comments(1)).toEqual([])
    } finally {
      await workspace.close()
    }
  }, 60_000)
})
