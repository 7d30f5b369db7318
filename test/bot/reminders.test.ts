import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runReminderSchedule } from '#operations/scheduled/run-reminder-schedule'
import type { Context } from '#src/context'
import { createCuttingProxy } from '#test/support/cutting-proxy'
import { elementsOf, eventually, type Message, type Person, wordsOf } from '#test/support/person'
import { NEVER_QUIET } from '#test/support/reminder-year'
import { openWorkspace, type Workspace } from '#test/support/workspace'
import { actions, button } from '#views/blocks'
import { ACTIONS } from '#views/ids'

const HOUR = 3_600_000
const DAY = 24 * HOUR

const everythingDelivered = ({ db }: Context) =>
  eventually(async () => {
    const open = await db
      .selectFrom('outboxJobs')
      .select('id')
      .where('state', 'in', ['queued', 'running'])
      .execute()
    return open.length === 0
  }, 'everything to be delivered')

describe('reminders', () => {
  let workspace: Workspace
  beforeAll(async () => {
    workspace = await openWorkspace({
      configure: (config) => ({ ...config, quiet: NEVER_QUIET, owners: { platform: 'U0DEVOPSLEAD' } }),
    })
  }, 60_000)
  afterAll(() => workspace.close())

  const reminders = async (person: Person, channel?: string): Promise<Message[]> =>
    (await person.messages(channel)).filter((each) => each.metadata?.event_type === 'rotation_reminder')

  const reminder = (part: string, person = workspace.operator, channel?: string): Promise<Message> =>
    eventually(
      async () => (await reminders(person, channel)).findLast((each) => wordsOf(each).includes(part)),
      `a reminder with “${part}”`,
    )

  // Late, so that the first time is today whenever the test runs: the days that tokens are due count from today.
  const untilEvening = (): number => {
    const now = workspace.sandbox.clock.now()
    const then = new Date(now)
    then.setUTCHours(23, 50, 0, 0)
    return then <= now ? then.getTime() + DAY - now.getTime() : then.getTime() - now.getTime()
  }

  const dayIn = (days: number): string =>
    new Date(workspace.sandbox.clock.now().getTime() + days * DAY).toISOString().slice(0, 10)

  it('comes within seconds after the clock was moved, names the tokens, and is sent to their owner', async () => {
    const { operator, sandbox } = workspace
    await operator.post('clock', { advanceMs: untilEvening() })
    const message = await reminder('overdue')
    expect(wordsOf(message)).toContain('orchestrator/sandbox')
    expect(elementsOf(message.blocks ?? []).map((each) => each.action_id)).toEqual(['start-due', 'snooze'])
    const direct = await reminder('overdue', workspace.devopsLead, 'D0DEVOPSLEAD')
    expect(wordsOf(direct)).toContain('orchestrator/sandbox')
    // Looked at again and again, said once.
    sandbox.clock.advance(5 * 60_000)
    await runReminderSchedule(workspace.bot.context)
    await everythingDelivered(workspace.bot.context)
    expect(await reminders(operator)).toHaveLength(1)
  }, 40_000)

  it('is put off by an operator with a reason and an end, and the channel is notified', async () => {
    const { operator, bystander } = workspace
    const message = await reminder('overdue')
    await bystander.click(message, 'snooze')
    const refused = await eventually(async () => (await bystander.views()).at(-1), 'an answer')
    await expect.poll(async () => wordsOf((await bystander.views()).at(-1))).toContain('You may not')
    await bystander.close(refused)

    await operator.click(message, 'snooze')
    const form = await operator.modal('snooze')
    expect(wordsOf(form)).toContain('1 token overdue')
    const refusals = [
      [{ until: dayIn(8), reason: 'away' }, 'until', 'more than 7 days away'],
      [{ until: dayIn(0), reason: 'away' }, 'until', 'too early'],
    ] as const
    for (const [answers, field, words] of refusals)
      expect((await operator.submit(form, answers)).errors?.[field]).toContain(words)

    const done = await operator.submit(form, { until: dayIn(3), reason: 'the owner is <!channel> away' })
    expect(done.errors).toBeUndefined()
    const notice = await eventually(
      async () => (await operator.messages()).find((each) => wordsOf(each).includes('snoozed until')),
      'the notice',
    )
    expect(wordsOf(notice)).toContain('the owner is &lt;!channel&gt; away')
  }, 30_000)

  it('is quiet while it is put off, and comes back by itself', async () => {
    const { operator } = workspace
    const before = (await reminders(operator)).length
    await operator.post('clock', { advanceMs: untilEvening() })
    await operator.post('clock', { advanceMs: untilEvening() })
    await runReminderSchedule(workspace.bot.context)
    await everythingDelivered(workspace.bot.context)
    expect(await reminders(operator)).toHaveLength(before)
    await operator.post('clock', { advanceMs: untilEvening() })
    const again = await eventually(async () => {
      const all = await reminders(operator)
      return all.length > before && all.at(-1)
    }, 'the next reminder')
    expect(wordsOf(again)).toContain('orchestrator/sandbox')
  }, 40_000)

  it('opens the form filled in, and what is started from it is a rotation by the cadence', async () => {
    const { operator } = workspace
    const message = (await reminders(operator)).findLast((each) =>
      elementsOf(each.blocks ?? []).some((element) => element.action_id === 'start-due'),
    )
    await operator.click(message!, 'start-due')
    const form = await operator.modal('start')
    expect(wordsOf(form)).toContain('The scope contains the 2 due tokens and 2 more.')
    const done = await operator.submit(form, {})
    expect(done.errors).toBeUndefined()
    const card = await operator.card('R1')
    expect(wordsOf(card)).toContain('Scheduled rotation')
    expect(wordsOf(card)).toContain('orchestrator and tool-runner in sandbox, staging')
  }, 30_000)

  it('says where its tokens are being rotated, applies again after an abort, and says when it is done', async () => {
    const { operator } = workspace
    const posted = async (person: Person, channel?: string) => {
      const all = await reminders(person, channel)
      return all.findLast((each) => /overdue|Being rotated|Done in/.test(`${each.text} ${wordsOf(each)}`))
    }
    const edited = (words: RegExp, buttons: string[]) =>
      eventually(async () => {
        const message = await posted(operator)
        const ids = elementsOf(message?.blocks ?? []).map((each) => each.action_id)
        return message && words.test(wordsOf(message)) && ids.join() === buttons.join() && message
      }, `a reminder with ${words} and the buttons ${buttons.join()}`)
    const message = await edited(/Being rotated in .*R1/, [])
    expect(message.text).toBe('Being rotated in R1')
    await eventually(
      async () => (await posted(workspace.devopsLead, 'D0DEVOPSLEAD'))?.text === 'Being rotated in R1',
      'the edit of the direct message',
    )
    await operator.type('/rotation abort R1')
    await operator.submit(await operator.modal('abort'), { reason: 'not today' })
    const again = await edited(/overdue/, ['start-due', 'snooze'])
    await operator.click(again, 'start-due')
    expect((await operator.submit(await operator.modal('start'), {})).errors).toBeUndefined()
    await edited(/Being rotated in .*R2/, [])
  }, 40_000)

  it('answers plainly when the button of an old copy is pressed', async () => {
    const { operator, bot } = workspace
    const { key } = await bot.context.db
      .selectFrom('outboxJobs')
      .select('key')
      .where('kind', '=', 'reminder')
      .orderBy('id', 'desc')
      .executeTakeFirstOrThrow()
    // As it was before the bot could edit it.
    const old = await bot.context.slack.chat.postMessage({
      channel: 'C0FLASHFUSIONAI',
      text: 'an old copy',
      blocks: actions([button('Start rotation', ACTIONS.startDue, key)], 'reminder-actions'),
    })
    const shown = await eventually(
      async () => (await operator.messages()).find((each) => each.ts === old.ts),
      'the old copy',
    )
    await operator.click(shown, ACTIONS.startDue)
    await expect.poll(async () => wordsOf(await operator.views())).toContain('already being rotated, in R2')
    for (const view of await operator.views()) await operator.close(view)
  }, 20_000)

  it('is of a stalled rotation, with whose turn it is', async () => {
    await workspace.operator.post('clock', { advanceMs: 25 * HOUR })
    const message = await reminder('R2 is stalled')
    expect(wordsOf(message)).toMatch(/R2 is stalled.*waiting for/)
    expect(wordsOf(await reminder('R2 is stalled', workspace.operator, 'D0OPERATOR'))).toContain('R2')
  }, 30_000)

  it('is of tokens that could not be read for a day, with the age that was known', async () => {
    const { operator } = workspace
    await operator.post('faults', { id: 'secrets-access-denied', on: true })
    await operator.post('clock', { advanceMs: 2 * HOUR })
    await eventually(async () => {
      const rows = await workspace.bot.context.db.selectFrom('seenTokens').selectAll().execute()
      return rows.some((row) => row.unreadSince !== null && row.currentSince !== null)
    }, 'a token that cannot be read')
    await operator.post('clock', { advanceMs: 25 * HOUR })
    expect(wordsOf(await reminder('not read'))).toContain('access denied')
    await operator.post('faults', { id: 'secrets-access-denied', on: false })
  }, 40_000)

  it('is of a role that nobody can fill any more', async () => {
    const { operator } = workspace
    await operator.post('faults', { id: 'user-deactivated', on: true })
    await operator.post('clock', { advanceMs: 2 * HOUR })
    const message = await reminder('nobody can sign as AI Ops owner')
    expect(wordsOf(message)).toContain('<!subteam^S0DEVOPSONCALL>')
    await operator.type('/rotation delegate')
    expect(wordsOf(await operator.ephemeral('Approvers'))).toContain('account deactivated')
    await operator.type('/rotation status')
    await operator.ephemeral('Nobody can sign as AI Ops owner')
    await operator.post('faults', { id: 'user-deactivated', on: false })
  }, 30_000)
})

describe('a rotation that opens by itself', () => {
  it('opens once on its due day, in the name of an operator, also when it is aborted', async () => {
    const workspace = await openWorkspace({
      configure: (config) => ({
        ...config,
        quiet: NEVER_QUIET,
        cadence: { ...config.cadence, 'open-automatically': true },
      }),
    })
    try {
      const { operator, sandbox } = workspace
      const hoursToNine = (33 - sandbox.clock.now().getUTCHours()) % 24
      await operator.post('clock', { advanceMs: (hoursToNine + 1) * HOUR })
      const card = await operator.card('R1')
      expect(wordsOf(card)).toContain('Scheduled rotation')
      expect(wordsOf(card)).toContain('orchestrator in sandbox')
      await operator.type('/rotation abort R1')
      await operator.submit(await operator.modal('abort'), { reason: 'not today' })
      await operator.card('R1', 'aborted')
      for (let run = 0; run < 2; run += 1) await runReminderSchedule(workspace.bot.context)
      const rows = await workspace.bot.context.db.selectFrom('rotations').select('id').execute()
      expect(rows).toHaveLength(1)
    } finally {
      await workspace.close()
    }
  }, 60_000)
})

describe('a reminder whose answer never came', () => {
  it('is posted once, and sent once to each owner', async () => {
    let cutting: Awaited<ReturnType<typeof createCuttingProxy>> | undefined
    const workspace = await openWorkspace({
      configure: (config) => ({ ...config, quiet: NEVER_QUIET, owners: { platform: 'U0OPERATOR' } }),
      async connect(env) {
        cutting = await createCuttingProxy(new URL(env.SLACK_API_URL ?? '').origin)
        const viaProxy = (env.SLACK_API_URL ?? '').replace(/^http:\/\/[^/]+/, cutting.url)
        return { ...env, SLACK_API_URL: viaProxy }
      },
    })
    try {
      const { operator, sandbox, bot } = workspace
      cutting?.cutNext(/POST .*chat\.postMessage/)
      const hoursToTen = (34 - sandbox.clock.now().getUTCHours()) % 24
      await operator.post('clock', { advanceMs: hoursToTen * HOUR + 1 })
      await expect.poll(() => cutting?.cuts(), { timeout: 15_000 }).toBe(1)
      cutting?.cutNext(/POST .*chat\.postMessage/)
      await expect.poll(() => cutting?.cuts(), { timeout: 15_000 }).toBe(2)
      await everythingDelivered(bot.context)
      for (const channel of ['C0FLASHFUSIONAI', 'D0OPERATOR']) {
        const posted = (await operator.messages(channel)).filter(
          (each) => each.metadata?.event_type === 'rotation_reminder',
        )
        expect(posted).toHaveLength(1)
      }
    } finally {
      await workspace.close()
      await cutting?.close()
    }
  }, 60_000)
})
