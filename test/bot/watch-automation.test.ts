import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { watchAutomation } from '#operations/scheduled/watch-automation'
import type { FaultId } from '#sandbox/faults'
import { elementsOf, eventually, type Message, wordsOf } from '#test/support/person'
import { NEVER_QUIET } from '#test/support/reminder-year'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const DAY = 86_400_000
/** A health check that takes longer than its deadline ends there. */
const CHECK_MS = 45_000

describe('the daily check of the automation', () => {
  let workspace: Workspace
  beforeAll(async () => {
    workspace = await openWorkspace({ configure: (config) => ({ ...config, quiet: NEVER_QUIET }) })
    await eventually(async () => (await claims()).length === 1, 'the first claim')
  }, 120_000)
  afterAll(() => workspace.close())

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })

  const claims = () =>
    workspace.bot.context.db
      .selectFrom('reminders')
      .select(['due', 'subject'])
      .where('kind', '=', 'automation-checked')
      .orderBy('due')
      .execute()

  /** Waits until this many days are claimed; the first is, without a check, when the bot starts. */
  const checks = (days: number) =>
    expect
      .poll(async () => (await claims()).length, {
        timeout: CHECK_MS,
        message: `the claim of day ${days}`,
      })
      .toBe(days)

  const nextDay = async (): Promise<void> => {
    const { length } = await claims()
    await workspace.operator.post('clock', { advanceMs: DAY })
    await checks(length + 1)
  }

  const said = async (): Promise<Message[]> =>
    (await workspace.operator.messages()).filter(
      (each) =>
        each.metadata?.event_type === 'rotation_reminder' && /automation/i.test(String(each.text ?? '')),
    )

  /** The newest message about the automation, of this many. */
  const newest = (count: number): Promise<Message> =>
    eventually(async () => {
      const all = await said()
      return all.length === count && all.at(-1)
    }, `${count} messages about the automation`)

  const hours = async () => (await claims()).map(({ due }) => due.slice(11))

  it('says nothing while all is well', async () => {
    await nextDay()
    expect(await said()).toEqual([])
    expect(await hours()).toEqual(['09:00:00.000Z', '09:00:00.000Z'])
  }, 120_000)

  it('names in the channel what is broken, and the remediation, once however often it looks', async () => {
    await fault('last-rotation-failed', true)
    await nextDay()
    const message = await newest(1)
    expect(wordsOf(message)).toMatch(
      /✗ \*?Last rotation run\*?: The last run, \d+, failed .* → Read its log .*run the workflow once/,
    )
    expect(elementsOf(message.blocks ?? []).map((each) => each.action_id)).toContain('snooze')
    for (let tick = 0; tick < 3; tick++) await watchAutomation(workspace.bot.context)
    expect(await claims()).toHaveLength(3)
    expect(await said()).toHaveLength(1)
  }, 120_000)

  it('names another problem the next day, and calls nothing resolved that it could not look at', async () => {
    await fault('workflow-missing', true)
    await fault('last-rotation-failed', false)
    await nextDay()
    const words = wordsOf(await newest(2))
    expect(words).toContain('There is no workflow agents-rotate-tokens.yml')
    expect(words).toContain('→ Add .github/workflows/agents-rotate-tokens.yml')
    // Without the workflow nobody can tell how its last run ended.
    expect(words).not.toContain('Resolved')
  }, 120_000)

  it('says once that it is healthy again', async () => {
    await fault('workflow-missing', false)
    await nextDay()
    expect(wordsOf(await newest(3))).toMatch(
      /✓ \*?Automation is healthy again\.\*? Resolved: .*(Workflows.*Last rotation run|Last rotation run.*Workflows)/,
    )
    // Three days of downtime are one check.
    const { length } = await claims()
    await workspace.operator.post('clock', { advanceMs: 3 * DAY })
    await checks(length + 1)
    await watchAutomation(workspace.bot.context)
    expect(await claims()).toHaveLength(length + 1)
    expect(await said()).toHaveLength(3)
  }, 120_000)

  it('does not call broken at once what it cannot look at, but does when that lasts', async () => {
    await fault('github-unavailable', true)
    await nextDay()
    const first = wordsOf(await newest(4))
    // The repository's own check calls the outage broken; what needs the repository is only unknown.
    expect(first).toContain('Repository')
    expect(first).not.toContain('not readable')
    await nextDay()
    expect(wordsOf(await newest(5))).toMatch(/\? \*?Workflows\*?, not readable since /)
    await fault('github-unavailable', false)
  }, 120_000)

  it('mentions the DevOps lead once when a credential of the bot ends, and takes it back when it is replaced', async () => {
    await nextDay()
    await newest(6)
    await fault('github-token-ends', true)
    await nextDay()
    const first = await newest(7)
    expect(wordsOf(first)).toMatch(/The GitHub token ends in \d days.* · waits for <@U0DEVOPSLEAD>/)
    await nextDay()
    expect(wordsOf(await newest(8))).toMatch(/The GitHub token ends in \d days.* · waits for (?!<)/)
    await fault('github-token-ends', false)
    await nextDay()
    expect(wordsOf(await newest(9))).toContain('Automation is healthy again')
    await eventually(async () => {
      const earlier = (await workspace.operator.messages()).find(({ ts }) => ts === first.ts)
      const words = wordsOf(earlier)
      return words.includes('The automation problem is resolved') && !words.includes('U0DEVOPSLEAD')
    }, 'the first message to be edited')
  }, 120_000)
})
