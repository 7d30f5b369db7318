import { afterEach, describe, expect, it } from 'vitest'
import type { Config } from '#config/config'
import { findRotationEvents } from '#db/queries/events'
import { findRotation } from '#db/queries/rotations'
import { calendarOf, dayName } from '#domain/time/calendar'
import { WEEKDAYS } from '#domain/time/windows'
import { requestRun } from '#operations/request-run'
import { startRotation } from '#operations/start-rotation'
import { elementsOf, eventually, type View, wordsOf } from '#test/support/person'
import {
  completeAllSteps,
  completeStep,
  deployProduction,
  openStep,
  signByBoth,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const DAY_MS = 24 * 3_600_000
const ONE_AGENT = { scope: ['environment:staging', 'environment:production', 'agent:evaluator'] }

/** The sandbox's clock begins at 11:00 UTC on the day of the test: a freeze of a day ends at the next midnight. */
const freezeOf = (days: number): Config['freeze'] => {
  const today = calendarOf('UTC').dayNumber(new Date().toISOString())
  // A test that begins before midnight may open its workspace after it.
  return [{ from: dayName(today - 1), to: dayName(today + days), reason: 'Holidays' }]
}

const EVERY_DAY = [...WEEKDAYS]
const EARLY = { days: EVERY_DAY, from: '04:00', to: '08:00' }
const EARLY_MS = 18 * 3_600_000

describe('windows and freezes', () => {
  let workspace: Workspace
  const open = async (settings: Partial<Pick<Config, 'windows' | 'freeze'>>) => {
    workspace = await openWorkspace({
      revoker: 'bot',
      configure: (config) => ({ ...config, ...settings }),
    })
  }
  afterEach(() => workspace.close())

  const advance = (advanceMs: number) => workspace.operator.post('clock', { advanceMs })
  const message = (): Promise<View> => workspace.operator.modal('message')
  const says = (words: string) =>
    eventually(async () => wordsOf((await workspace.operator.views()).at(-1)).includes(words), words)
  const rotation = () => findRotation(workspace.bot.context.db, 1)
  const offers = async (action: string) =>
    elementsOf((await workspace.operator.card('R1')).blocks ?? []).some((each) => each.action_id === action)

  it('refuse a start until the freeze is over, but never an incident', async () => {
    await open({ freeze: freezeOf(1) })
    const { operator, bot } = workspace
    await operator.type('/rotation start')
    await says('is frozen (Holidays)')
    const refusal = await message()
    expect(JSON.stringify(refusal.blocks)).toMatch(/The next possible time is <!date\^\d+\^/)
    await operator.close(refusal)
    const scope = { environments: [], agents: [] }
    const request = { by: operator.id, trigger: 'manual', severity: null, reason: '', scope } as const
    await expect(startRotation(bot.context, request)).rejects.toMatchObject({ code: 'window-closed' })
    expect(await rotation()).toBeUndefined()

    await operator.type('/rotation incident')
    const form = await operator.modal('incident')
    const opened = await operator.submit(form, {
      scope: ['environment:sandbox'],
      trigger: 'policy-hit',
      severity: 'P3',
      reason: 'a policy was hit',
    })
    expect(opened.errors).toBeUndefined()
    await operator.card('R1')

    await advance(2 * DAY_MS)
    expect(await start(operator, { scope: ['environment:staging'] })).toBe('R2')
  }, 60_000)

  it('refuse a form that was opened before the window closed', async () => {
    await open({ windows: { start: { days: EVERY_DAY, from: '09:00', to: '15:00' }, deploy: {} } })
    const { operator } = workspace
    await operator.type('/rotation start')
    const form = await operator.modal('start')
    expect(wordsOf(form)).toMatch(/Signatures:.*\n.*Deployment:.* production .*\n.*Old tokens:.* revoked by/)
    await advance(5 * 3_600_000)
    const { errors } = await operator.submit(form, { reason: '' })
    expect(errors?.scope).toContain('the window is closed. The next possible time is')
    expect(await rotation()).toBeUndefined()
    await advance(18 * 3_600_000)
    expect((await operator.submit(form, { reason: '' })).errors).toBeUndefined()
    await operator.card('R1')
  }, 60_000)

  it('keep production from being deployed to until its window opens, and the card says when', async () => {
    await open({ windows: { start: null, deploy: { production: EARLY } } })
    const { operator, bot } = workspace
    await start(operator, ONE_AGENT)
    await completeAllSteps(operator, 'R1')
    await signByBoth(workspace, 'R1')
    const card = await operator.card('R1', 'Deploy to production:')
    expect(JSON.stringify(card.blocks)).toMatch(/Deploy to production:\* from <!date\^\d+\^/)
    expect(await offers('deploy:production')).toBe(false)

    await advance(EARLY_MS)
    await eventually(() => offers('deploy:production'), 'the button when the window opens')
    // The window closes between opening the form and sending it.
    await operator.click(await operator.card('R1'), 'deploy:production')
    const form = await operator.modal('deploy')
    await advance(6 * 3_600_000)
    expect((await operator.submit(form, {})).response_action).toBe('update')
    await says('Nothing is deployed to production now: the window is closed')
    for (const view of (await operator.views()).toReversed()) await operator.close(view)
    expect((await rotation())?.runs.filter((run) => run.environment === 'production')).toEqual([])
    await eventually(async () => !(await offers('deploy:production')), 'the button to disappear')

    await advance(DAY_MS - 6 * 3_600_000)
    await deployProduction(operator, 'R1')
    await eventually(
      async () => (await rotation())?.runs.some((run) => run.environment === 'production'),
      'the deployment',
    )
    const requested = (await findRotationEvents(bot.context.db, 1)).filter(
      (event) => event.type === 'run-requested' && event.data.environment === 'production',
    )
    expect(requested).toHaveLength(1)
    expect(requested[0]?.data).not.toHaveProperty('windowReason')
  }, 180_000)

  it('let an incident be deployed with a reason, which is recorded and shown to those who sign', async () => {
    await open({ freeze: freezeOf(1) })
    const { bot, operator, devopsLead } = workspace
    await operator.type('/rotation incident')
    await operator.submit(await operator.modal('incident'), {
      scope: ['environment:staging', 'agent:evaluator'],
      trigger: 'policy-hit',
      severity: 'P2',
      reason: 'a policy was hit',
    })
    await operator.card('R1')
    for (const step of ['inventory-review', 'automation-health', 'rotation-execution'] as const)
      await completeStep(operator, 'R1', step)
    const step = await openStep(operator, 'R1', 'integration-verification')
    await operator.press(step, 'deploy:staging')
    const form = await operator.modal('deploy')
    expect(wordsOf(form)).toContain('frozen: Holidays')
    expect((await operator.submit(form, { reason: '' })).errors?.reason).toBeTruthy()
    await expect(
      requestRun(bot.context, 1, { kind: 'deploy', environment: 'staging' }, operator.id),
    ).rejects.toMatchObject({ code: 'window-reason-missing' })
    expect((await rotation())?.runs.some((run) => run.kind === 'deploy')).toBe(false)
    expect((await operator.submit(form, { reason: 'the token is being used' })).errors).toBeUndefined()
    await says('Deployment to staging')
    expect((await rotation())?.runs).toContainEqual(
      expect.objectContaining({ environment: 'staging', windowReason: 'the token is being used' }),
    )
    const card = await devopsLead.card('R1')
    await eventually(
      async () =>
        wordsOf(await devopsLead.thread(card.ts)).includes(
          'while its window was closed: the token is being used',
        ),
      'the reason in the thread',
    )
  }, 180_000)
})
