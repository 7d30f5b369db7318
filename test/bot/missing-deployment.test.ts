import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { findEscalations } from '#db/queries/escalations'
import { findRotationEvents } from '#db/queries/events'
import { findRevocations } from '#db/queries/revocations'
import type { Revocation } from '#domain/revocations/revocation'
import { deadlineOf } from '#domain/revocations/revocation'
import type { Revoker } from '#domain/rotation/rotation'
import { proveRevocations } from '#operations/scheduled/prove-revocations'
import { runReminderSchedule } from '#operations/scheduled/run-reminder-schedule'
import { alertsOf } from '#test/support/pager'
import { elementsOf, eventually, type Message, wordsOf } from '#test/support/person'
import { completeAllSteps, completeStep, signByBoth, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** One token before the sign-offs and one after them. */
const ONE_AGENT = { scope: ['environment:staging', 'environment:production', 'agent:evaluator'] }

/** Nobody deploys to production for three days after the signatures. */
describe('a rotation whose production is not deployed to', () => {
  let workspace: Workspace
  afterEach(() => workspace.close())

  const open = async (revoker: Revoker) => {
    workspace = await openWorkspace({
      revoker,
      // All the time, and yet a missing deployment is said.
      configure: (config) => ({ ...config, quiet: { from: '00:00', to: '24:00', weekends: true } }),
    })
  }
  /** The old versions in production. */
  const rows = async () =>
    (await findRevocations(workspace.bot.context.db, 1)).filter((row) => row.environment === 'production')
  const now = () => Date.parse(workspace.bot.context.clock.now())
  const deadline = async () => Date.parse((await rows()).map((row) => deadlineOf(row)).sort()[0] ?? '')
  /** Moves the clock to a time, in steps that let every task run in each. */
  const advanceTo = async (time: number, step = 4 * HOUR) => {
    while (now() < time) {
      await workspace.operator.post('clock', { advanceMs: Math.min(step, time - now()) })
      await proveRevocations(workspace.bot.context)
      await runReminderSchedule(workspace.bot.context)
      await sleep(600)
    }
  }
  const calls = async (cause: string) =>
    (await findEscalations(workspace.bot.context.db, 1)).filter((each) => each.cause === cause)
  const called = (cause: string) =>
    eventually(async () => (await calls(cause)).at(-1) ?? false, `a call: ${cause}`)
  const reminders = async (channel?: string): Promise<Message[]> =>
    (await workspace.operator.messages(channel)).filter((each) =>
      wordsOf(each).includes('must run on the new tokens before'),
    )
  const buttonsOf = (message: Message | undefined) =>
    elementsOf(message?.blocks ?? []).map((each) => each.action_id)
  const signed = async () => {
    const label = await start(workspace.operator, ONE_AGENT)
    await completeAllSteps(workspace.operator, label)
    await signByBoth(workspace, label)
    await workspace.operator.card(label, 'Deploy to production')
    return label
  }

  it('keeps the old version alive where the bot revokes, and calls until somebody decides', async () => {
    await open('bot')
    const label = await signed()
    const end = await deadline()

    await advanceTo(end - 6 * HOUR - 2 * MINUTE)
    expect(await reminders()).toEqual([])
    await advanceTo(end - 6 * HOUR + MINUTE)
    const [reminder] = await eventually(async () => {
      const found = await reminders()
      return found.length > 0 && found
    }, 'the reminder six hours before')
    expect(buttonsOf(reminder)).toEqual(['deploy:production', 'revoke-now', 'extend-revocation'])

    await advanceTo(end - 2 * HOUR - 2 * MINUTE)
    expect(await calls('deployment-missing')).toEqual([])
    await advanceTo(end - 2 * HOUR + MINUTE)
    expect(await called('deployment-missing')).toMatchObject({ severity: 'P1', resolvedAt: null })
    const page = await eventually(
      async () => (await alertsOf(workspace.operator)).find((each) => each.class === 'deployment-missing'),
      'the page two hours before',
    )
    expect(page).toMatchObject({ severity: 'critical', status: 'triggered' })

    await advanceTo(end + 2 * MINUTE, HOUR)
    await called('revocation-overdue')
    await eventually(
      async () =>
        (await calls('deployment-missing'))[0]?.resolvedReason?.includes('called to decide') ?? false,
      'the end of the earlier call',
    )
    await workspace.operator.card(label, 'Revoke now')

    // Every half hour another page, for as long as nobody acknowledges.
    for (const times of [2, 3]) {
      await advanceTo(now() + 31 * MINUTE)
      await eventually(
        async () => (await calls('revocation-overdue')).length === times,
        `${times} calls about the overdue version`,
      )
    }
    const overdue = await calls('revocation-overdue')
    expect(new Set(overdue.map((each) => each.pageKey)).size).toBe(3)
    expect(overdue.map((each) => each.resolvedAt === null)).toEqual([false, false, true])
    expect(overdue[0]?.resolvedReason).toContain('paged again')
    await eventually(
      async () =>
        (await alertsOf(workspace.operator)).filter(
          (each) => each.class === 'revocation-overdue' && each.status === 'triggered',
        ).length === 1,
      'one page that is open',
    )
    const message = await eventually(
      async () =>
        (await workspace.operator.messages()).findLast((each) => buttonsOf(each).includes('acknowledge')),
      'the newest call',
    )
    expect(buttonsOf(message)).toEqual(
      expect.arrayContaining(['revoke-now', 'extend-revocation', 'deploy:production']),
    )
    await workspace.operator.click(message, 'acknowledge')
    await eventually(
      async () => (await calls('revocation-overdue')).at(-1)?.acknowledgedAt ?? false,
      'the acknowledgement',
    )

    await advanceTo(end + 48 * HOUR, 6 * HOUR)
    expect(await calls('revocation-overdue')).toHaveLength(3)
    for (const row of await rows())
      expect(row).toMatchObject({
        state: 'waiting',
        issuer: null,
        forcedAt: null,
      } satisfies Partial<Revocation>)
    const events = await findRotationEvents(workspace.bot.context.db, 1)
    const revoked = events.flatMap((event) =>
      event.type === 'run-requested' && event.data.kind === 'revoke' ? [event.data.environment] : [],
    )
    expect(new Set(revoked)).toEqual(new Set(['staging']))
    expect(wordsOf(await workspace.operator.card(label))).not.toContain('Complete after')

    // What is left behind stays tracked, with the way to decide.
    await workspace.operator.type(`/rotation abort ${label}`)
    await workspace.operator.submit(await workspace.operator.modal('abort'), { reason: 'no longer wanted' })
    const left = await workspace.operator.card(label, 'Left behind by the abort:* 1 old version')
    expect(buttonsOf(left)).toEqual(['revoke-now', 'extend-revocation', 'record-revocation'])
  }, 180_000)

  it('is called for in time where the issuer revokes by its own date', async () => {
    await open('workflow')
    await signed()
    const end = await deadline()
    await advanceTo(end - 6 * HOUR + MINUTE)
    const [reminder] = await eventually(async () => {
      const found = await reminders()
      return found.length > 0 && found
    }, 'the reminder six hours before')
    expect(wordsOf(reminder)).toContain('Agents will be refused then')
    expect(buttonsOf(reminder)).toEqual(['deploy:production'])
    await advanceTo(end - 2 * HOUR + MINUTE)
    const call = await called('deployment-missing')
    expect(call.reason).toContain('AGENTS WILL BE REFUSED')
    expect(await rows()).toMatchObject([{ state: 'waiting', verifiedAt: null }])
    await advanceTo(end + 20 * MINUTE, HOUR)
    await eventually(
      async () =>
        (await calls('deployment-missing'))[0]?.resolvedReason?.includes('agents that still use them') ??
        false,
      'the end of the call',
    )
  }, 180_000)

  it.each(['bot', 'workflow'] as const)(
    'is called for also after it was aborted, where the %s revokes',
    async (revoker) => {
      await open(revoker)
      const label = await start(workspace.operator, ONE_AGENT)
      for (const step of ['inventory-review', 'automation-health', 'rotation-execution'] as const)
        await completeStep(workspace.operator, label, step)
      await workspace.operator.type(`/rotation abort ${label}`)
      await workspace.operator.submit(await workspace.operator.modal('abort'), { reason: 'no longer wanted' })
      await workspace.operator.card(label, 'aborted')
      const end = await deadline()
      await advanceTo(end - 6 * HOUR + MINUTE)
      await eventually(async () => (await reminders()).length > 0, 'the reminder six hours before')
      await advanceTo(end - 2 * HOUR + MINUTE)
      expect((await called('deployment-missing')).reason).toContain('The rotation was aborted')
    },
    180_000,
  )
})
