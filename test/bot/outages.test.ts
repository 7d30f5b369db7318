import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readLogRows } from '#domain/rotation/log-file'
import type { FaultId } from '#sandbox/faults'
import { eventually, everyOption, wordsOf } from '#test/support/person'
import { checkedStep, completeStep, openSignOff, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

describe('when another system fails', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
  })
  afterEach(() => workspace.close())

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })
  const logText = async () => {
    const { files } = await workspace.operator.get<{ files: { path: string; content: string }[] }>(
      'repository',
    )
    return files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
  }
  const entries = async () => readLogRows(await logText()).map((row) => row.event)
  const abort = async (label: string) => {
    await workspace.operator.type(`/rotation abort ${label}`)
    const form = await workspace.operator.modal('abort')
    await workspace.operator.submit(form, { reason: 'a | b\n<!channel> “c” 🔑 שלום' })
  }

  it('appends the entry below what somebody committed first, and keeps theirs', async () => {
    const label = await start(workspace.operator)
    await fault('github-conflict', true)
    await abort(label)
    await expect.poll(entries, { timeout: 15_000 }).toEqual(['aborted'])
    // Their note is still there, below the table, and every row has its thirteen cells.
    const lines = (await logText()).split('\n')
    const note = lines.findLastIndex((line) => line.startsWith('Note by hand'))
    const row = lines.findIndex((line) => line.includes(`| ${label} |`))
    expect(note).toBeGreaterThan(row)
    expect(readLogRows(await logText()).map((each) => each.cells.size)).toEqual([13])
  })

  it('says on the card what GitHub has not got yet, and delivers it when GitHub is back', async () => {
    const label = await start(workspace.operator)
    await fault('github-unavailable', true)
    await abort(label)
    const card = await workspace.operator.card(label, 'Not yet delivered')
    expect(wordsOf(card)).toContain('log entry')
    expect(await entries()).toEqual([])
    await fault('github-unavailable', false)
    await expect.poll(entries, { timeout: 20_000 }).toEqual(['aborted'])
    await eventually(
      async () => !wordsOf(await workspace.operator.card(label)).includes('Not yet delivered'),
      'news',
    )
  }, 60_000)

  it.each(['slack-rate-limited', 'slack-server-error'] as const)(
    'posts everything once %s is over',
    async (id) => {
      await fault(id, true)
      await workspace.operator.type('/rotation start')
      const form = await workspace.operator.modal('start')
      expect((await workspace.operator.submit(form, { reason: 'in an outage' })).errors).toBeUndefined()
      await workspace.operator.type('/rotation abort R1')
      await workspace.operator.submit(await workspace.operator.modal('abort'), { reason: 'not needed' })
      expect(await workspace.operator.messages()).toHaveLength(1)
      await fault(id, false)
      const card = await workspace.operator.card('R1', 'not needed')
      const thread = await eventually(async () => {
        const messages = (await workspace.operator.thread(card.ts)).slice(1)
        return messages.length > 0 && messages
      }, 'the thread')
      expect(thread).toHaveLength(1)
    },
    60_000,
  )

  it('does nothing twice when Slack delivers everything twice', async () => {
    const label = await start(workspace.operator, { scope: ['environment:sandbox'] })
    await fault('slack-no-ack', true)
    const open = await openStep(workspace.operator, label, 'inventory-review').catch(() => null)
    await fault('slack-no-ack', false)
    if (open) for (const view of await workspace.operator.views()) await workspace.operator.close(view)
    await completeStep(workspace.operator, label, 'inventory-review')
    await workspace.operator.post('slack/socket/redeliver', {})
    await completeStep(workspace.operator, label, 'automation-health')
    await workspace.operator.post('slack/socket/redeliver', {})
    const card = await workspace.operator.card(label)
    const completed = async () =>
      (await workspace.operator.thread(card.ts)).filter((each) => wordsOf(each).includes('completed step'))
    await expect.poll(completed).toHaveLength(2)
    const events = await workspace.bot.context.db.selectFrom('events').select('type').execute()
    expect(events.filter((event) => event.type === 'step-completed')).toHaveLength(2)
  }, 60_000)

  it('comes back when Slack asks it to reconnect', async () => {
    await workspace.operator.post('slack/socket/disconnect', { reason: 'refresh_requested' })
    await eventually(
      async () => (await workspace.operator.type('/rotation help')).ok,
      'an answer after reconnecting',
    )
  })

  it.each([
    ['workflow-fails', 'Workflow finished'],
    ['old-version-not-revoked', 'Old version revoked'],
    ['tag-missing', 'Tags are correct'],
  ] as const)(
    'finds out that the %s fault left something undone',
    async (id, title) => {
      const label = await start(workspace.operator, { scope: ['environment:staging'] })
      await completeStep(workspace.operator, label, 'inventory-review')
      await completeStep(workspace.operator, label, 'automation-health')
      await fault(id, true)
      const view = await openStep(workspace.operator, label, 'rotation-execution')
      await workspace.operator.press(view, 'start-workflow')
      await eventually(
        async () => wordsOf(await workspace.operator.views()).includes('failed'),
        'a failed check',
      )
      const done = await checkedStep(workspace.operator, 'rotation-execution')
      // One cause is one red line; what depends on it waits.
      expect(wordsOf(done).match(/✗ \*.*\* – failed/g)).toEqual([`✗ *${title}* – failed`])
      const result = await workspace.operator.submit(done, { attest: everyOption(done, 'attest') })
      expect(result.errors?.attest).toContain('did not pass')

      await fault(id, false)
      await workspace.operator.close(done)
      if (id === 'workflow-fails') await completeStep(workspace.operator, label, 'rotation-execution')
    },
    60_000,
  )

  it('lets a documented manual step override a failed check, marked for the approvers', async () => {
    const label = await start(workspace.operator, { scope: ['environment:staging'] })
    await completeStep(workspace.operator, label, 'inventory-review')
    await completeStep(workspace.operator, label, 'automation-health')
    await fault('old-version-not-revoked', true)
    const view = await openStep(workspace.operator, label, 'rotation-execution')
    await workspace.operator.press(view, 'start-workflow')
    const failing = await eventually(async () => {
      const top = (await workspace.operator.views()).at(-1)
      return top && wordsOf(top).includes('✗ *Old version revoked*') && top
    }, 'the failed check')
    await workspace.operator.close(failing)

    await workspace.operator.click(await workspace.operator.card(label, 'manual'), 'record-manual-step')
    const form = await workspace.operator.modal('manual-step')
    const answers = {
      check: 'old-version-revoked',
      notes: 'revoked it at the issuer',
      commands: 'issuer revoke --version old',
      proof: 'https://issuer.example/audit/1',
    }
    expect((await workspace.operator.submit(form, answers)).errors).toBeUndefined()
    await completeStep(workspace.operator, label, 'rotation-execution')
    await completeStep(workspace.operator, label, 'integration-verification')
    await completeStep(workspace.operator, label, 'audit-logging')
    const shown = wordsOf(await openSignOff(workspace.devopsLead, label, 'devops-lead'))
    expect(shown).toMatch(/1 exception\*\n.*Old version revoked.*overridden with 1 proof link/)
    expect(shown.indexOf('revoked it at the issuer')).toBeLessThan(shown.indexOf('Inventory review'))
  }, 60_000)
})
