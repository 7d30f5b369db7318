import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type KilledBot, startKilledBot } from '#test/support/killed-bot'
import { alertIn, alertsOf, calls } from '#test/support/pager'
import { eventually, Person, wordsOf } from '#test/support/person'

/** A bot that is killed with SIGKILL the moment that the pager, or Slack, has taken something of it. */
describe('a call for on-call', () => {
  let killed: KilledBot

  beforeAll(async () => {
    killed = await startKilledBot()
  })
  afterAll(() => killed.close())

  it('is one page, one message and one end, however often the bot is killed', async () => {
    const { sandbox, killAtNext, killAtEach, kills } = killed
    const operator = new Person(sandbox.url, 'U0OPERATOR')
    await operator.type('/rotation incident')
    const form = await operator.modal('incident')
    const answers = {
      trigger: 'policy-hit',
      severity: 'P1',
      scope: ['environment:staging'],
      reason: 'killed while paging',
    }
    await killAtNext('pager', () => operator.submit(form, answers))
    const alert = await alertIn(operator, 'triggered')
    await operator.card('R1', 'On-call notified')
    await killAtEach(3, 2_000)
    // A busy machine posts it only after the last kill.
    const call = await eventually(async () => (await calls(operator))[0], 'the call in Slack')
    // A click while nobody is connected is lost, and Slack says so.
    await eventually(async () => (await operator.type('/rotation help')).ok, 'a bot that is connected')
    await killAtNext('pager', () => operator.click(call, 'acknowledge'))
    // The page may be sent again just then, and the kill come before the click is saved: then somebody presses again.
    await eventually(async () => {
      const [page] = await alertsOf(operator)
      if (page?.status === 'acknowledged') return true
      await operator.click(call, 'acknowledge').catch(() => null)
      await sleep(1_000)
      return false
    }, 'a page that is acknowledged')
    await operator.type('/rotation abort R1')
    await killAtNext('pager', async () => {
      await operator.submit(await operator.modal('abort'), { reason: 'it was nothing' })
    })
    await alertIn(operator, 'resolved')
    await expect.poll(async () => wordsOf(await calls(operator)), { timeout: 15_000 }).toContain('✓ Resolved')
    expect(kills()).toBeGreaterThanOrEqual(3)
    expect(await calls(operator)).toHaveLength(1)
    expect((await alertsOf(operator)).map((each) => each.dedupKey)).toEqual([alert.dedupKey])
  }, 180_000)
})
