import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { escalateTokens } from '#operations/escalate-tokens'
import { alertIn, alertsOf, calls } from '#test/support/pager'
import { eventually, wordsOf } from '#test/support/person'
import { openWorkspace, type Workspace } from '#test/support/workspace'

describe('tokens that are in no rotation', () => {
  let workspace: Workspace
  beforeAll(async () => {
    // The schedule would look for overdue tokens itself, and end what the test has opened.
    workspace = await openWorkspace({ tasks: [] })
  })
  afterAll(() => workspace.close())

  const OVERDUE = {
    occurrence: 'staging:2026-11-01',
    reason: 'evaluator/staging is overdue since 1 November.',
  }

  it('call on-call once in the channel, however often they are found, and end when they are not', async () => {
    const { operator, bot } = workspace
    await Promise.all([escalateTokens(bot.context, [OVERDUE]), escalateTokens(bot.context, [OVERDUE])])
    const alert = await alertIn(operator, 'triggered')
    expect(alert).toMatchObject({ class: 'tokens-overdue', links: [] })
    expect(alert.summary).toContain('evaluator/staging is overdue since 1 November')
    const call = await eventually(async () => (await calls(operator))[0], 'the call')
    expect(call.text).toContain('<!subteam^S0DEVOPSONCALL>')
    expect(call.thread_ts).toBeUndefined()
    await operator.click(call, 'acknowledge')
    await alertIn(operator, 'acknowledged')
    await eventually(
      async () => wordsOf(await calls(operator)).includes('Acknowledged by operator'),
      'who has it',
    )
    await escalateTokens(bot.context, [OVERDUE])
    await escalateTokens(bot.context, [])
    await alertIn(operator, 'resolved')
    await eventually(async () => wordsOf(await calls(operator)).includes('✓ Resolved'), 'the end')
    expect(await calls(operator)).toHaveLength(1)
    expect(await alertsOf(operator)).toHaveLength(1)
  }, 60_000)
})
