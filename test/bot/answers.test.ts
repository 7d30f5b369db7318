import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, wordsOf } from '#test/support/person'
import { completeStep, escalate, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

describe('what people ask for', () => {
  let workspace: Workspace
  let label: string
  beforeAll(async () => {
    workspace = await openWorkspace()
    label = await start(workspace.operator)
    await completeStep(workspace.operator, label, 'inventory-review')
  })
  afterAll(() => workspace.close())

  it('shows the status to one person, and to the channel when shared, also where the bot is not', async () => {
    const { bystander, operator } = workspace
    await bystander.type('/rotation status', 'C0GENERAL')
    const mine = await eventually(
      async () =>
        (await bystander.messages('C0GENERAL')).find((each) =>
          wordsOf(each).includes('1 d overdue (age 31 d)'),
        ),
      'the status',
    )
    const words = wordsOf(mine)
    expect(words).toContain('orchestrator/sandbox 1 d overdue (age 31 d)')
    expect(words).toContain('tool-runner/staging')
    expect(words).toMatch(new RegExp(`${label}.*operator`))
    expect(wordsOf(await operator.messages('C0GENERAL'))).not.toContain('Capability tokens')

    await bystander.click(mine, 'share-status', 'C0GENERAL')
    const shared = await eventually(
      async () =>
        (await operator.messages('C0GENERAL')).find((each) => wordsOf(each).includes('Capability tokens')),
      'the shared status',
    )
    expect(shared.ephemeral).toBeFalsy()
    expect(wordsOf(shared)).not.toContain('Share in channel')
  })

  it('says of a token that cannot be read that it is not read, never that it is fresh', async () => {
    await workspace.operator.post('faults', { id: 'secrets-access-denied', on: true })
    await workspace.operator.post('clock', { advanceMs: 31_000 })
    await workspace.operator.type('/rotation status')
    const words = wordsOf(await workspace.operator.ephemeral('not read'))
    expect(words).toMatch(/evaluator\/staging.*access denied/)
    await workspace.operator.post('faults', { id: 'secrets-access-denied', on: false })
  })

  it('shows one rotation whole, the newest when none is named', async () => {
    await workspace.devopsLead.type('/rotation show')
    const words = wordsOf(await workspace.devopsLead.ephemeral(label))
    expect(words).toContain('Confirm metadata')
    expect(words).toContain(`evidence.example/${label}/inventory-review`)
  })

  it.each(['', ' 1', ' -1', ' abc', ' 999999999'])('lists the history%s', async (limit) => {
    await workspace.aiOpsOwner.type(`/rotation history${limit}`)
    expect(wordsOf(await workspace.aiOpsOwner.ephemeral('newest first'))).toContain(label)
  })

  it('hands the rotation to another operator only', async () => {
    await workspace.operator.click(await workspace.operator.card(label), 'handoff')
    const form = await workspace.operator.modal('handoff')
    const refused = await workspace.operator.submit(form, { owner: { user: 'U0BYSTANDER' } })
    expect(refused.errors?.owner).toContain('not an operator')
    const same = await workspace.operator.submit(form, { owner: { user: 'U0OPERATOR' } })
    expect(same.errors?.owner).toBeTruthy()
    await workspace.operator.close(form)
  })

  it('calls on-call into the thread', async () => {
    await escalate(workspace.devopsLead, label, 'the tags of <!channel> are odd')
    const card = await workspace.operator.card(label)
    const thread = await eventually(async () => {
      const messages = await workspace.operator.thread(card.ts)
      return messages.find((each) => each.metadata?.event_type === 'rotation_escalation')
    }, 'the escalation')
    expect(wordsOf(thread)).toContain('<!subteam^S0DEVOPSONCALL>')
    expect(wordsOf(await workspace.operator.thread(card.ts))).toContain(
      'the tags of &lt;!channel&gt; are odd',
    )
    await workspace.bystander.click(card, 'escalate')
    const refused = await eventually(
      async () => (await workspace.bystander.views()).find((view) => wordsOf(view).includes('may not')),
      'the refusal',
    )
    expect(wordsOf(refused)).toContain('an operator')
    await workspace.bystander.close(refused)
  })

  it('sends the timeline from the menu to the person alone', async () => {
    const { devopsLead } = workspace
    await devopsLead.click(await devopsLead.card(label), 'show-timeline')
    const answer = await devopsLead.ephemeral('timeline')
    expect(answer.ephemeral).toBe(true)
    const files = (await devopsLead.messages('D0DEVOPSLEAD')).flatMap((each) => each.files ?? [])
    expect(files.map(({ name }) => name).join()).toContain(label)
  })

  it('opens an incident that cannot be taken for a routine rotation, and logs it at once', async () => {
    const { operator } = workspace
    await operator.type(`/rotation abort ${label}`)
    await operator.submit(await operator.modal('abort'), { reason: 'an incident comes first' })
    await operator.card(label, 'aborted')
    await operator.type('/rotation incident')
    const form = await operator.modal('incident')
    const answers = { trigger: 'credential-anomaly', severity: 'P1', scope: ['environment:production'] }
    const unsaid = await operator.submit(form, { ...answers, reason: '' })
    expect(unsaid.errors?.reason).toBeTruthy()
    expect(
      (await operator.submit(form, { ...answers, reason: 'a token was seen in a log' })).errors,
    ).toBeUndefined()
    const card = await operator.card('R2')
    expect(card.text).toMatch(/^INCIDENT P1 · credential anomaly · running/i)
    const log = async () => {
      const { files } = await operator.get<{ files: { path: string; content: string }[] }>('repository')
      return files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
    }
    await expect
      .poll(log, { timeout: 10_000 })
      .toMatch(/R2 \| incident-opened \| credential-anomaly \| operator \(U0OPERATOR\) \| production/)
  })

  it('draws the App Home with what waits for the person', async () => {
    await workspace.operator.post('slack/home-opened', { user: workspace.operator.id })
    const home = async () => wordsOf(await workspace.operator.get(`slack/home?user=${workspace.operator.id}`))
    await expect.poll(home, { timeout: 10_000 }).toMatch(/waiting for you[\s\S]*R2/)
  })
})
