import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyOption, type Message, type View, wordsOf } from '#test/support/person'
import { checkedStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

describe('what people get for an answer', () => {
  let workspace: Workspace
  let label: string
  let firstCard: Message

  beforeAll(async () => {
    // Two operators, so that they can get in each other's way.
    workspace = await openWorkspace({ people: { operators: ['U0OPERATOR', 'U0DEVOPSLEAD'] } })
    label = await start(workspace.operator, { scope: ['environment:staging'] })
    firstCard = await workspace.operator.card(label)
  })
  afterAll(() => workspace.close())

  it('suggests the nearest subcommand', async () => {
    await workspace.bystander.type('/rotation statsu')
    expect(wordsOf(await workspace.bystander.ephemeral('statsu'))).toContain('/rotation status')
  })

  it('answers an empty command with what waits, and with the help and the status one click away', async () => {
    const { bystander, devopsLead, operator } = workspace
    await devopsLead.type('/rotation')
    const mine = await devopsLead.ephemeral('Show status')
    expect(wordsOf(mine)).not.toContain('/rotation show R42')
    await devopsLead.click(mine, 'show-help')
    const words = wordsOf(await devopsLead.ephemeral('/rotation show R42'))
    await devopsLead.click(mine, 'show-status')
    await devopsLead.ephemeral('Capability tokens')
    await bystander.type('/rotation')
    await bystander.ephemeral("You're all caught up")
    await operator.type('/rotation')
    expect(wordsOf(await operator.ephemeral('waiting for you'))).toContain('R1')
    for (const usage of ['help', 'status', 'start', 'incident', 'show R42', 'history [n]', 'abort [R42]'])
      expect(words).toContain(`/rotation ${usage}`)
  })

  it('says who holds which role and who is on call', async () => {
    await workspace.bystander.type('/rotation who')
    const words = wordsOf(await workspace.bystander.ephemeral('Who does what in rotations'))
    expect(words).toMatch(/Operators.*: operator/)
    expect(words).toMatch(/DevOps lead:.* devops-lead/)
    expect(words).toMatch(/AI Ops owner:.* ai-ops-owner/)
    expect(words).toContain('On call now:')
  })

  it('sends the timeline of a rotation as a file', async () => {
    await workspace.bystander.type('/rotation timeline R1')
    const words = wordsOf(await workspace.bystander.ephemeral('The timeline of R1'))
    expect(words).toContain('R1-timeline.md')
    await workspace.bystander.type('/rotation timeline R77')
    await workspace.bystander.ephemeral('There is no rotation')
  })

  it.each(['R999', 'R0', '<!channel>', 'x'.repeat(3_000), 'שלום', '🔑'])(
    'knows no rotation %.20s',
    async (typed) => {
      await workspace.aiOpsOwner.type(`/rotation show ${typed}`)
      const answer = wordsOf(await workspace.aiOpsOwner.ephemeral('There is no rotation'))
      expect(answer).not.toContain('<!channel>')
    },
  )

  it('says who may start a rotation', async () => {
    await workspace.bystander.type('/rotation start')
    const view = await workspace.bystander.modal('message')
    await expect
      .poll(async () => wordsOf(await workspace.bystander.views()))
      .toContain('You may not work on rotations')
    await workspace.bystander.close(view)
  })

  it('refuses a bystander at the step, too', async () => {
    await workspace.bystander.click(await workspace.bystander.card(label), 'open-step:inventory-review')
    await expect
      .poll(async () => wordsOf(await workspace.bystander.views()))
      .toContain('You may not work on rotations')
    await workspace.bystander.close(await workspace.bystander.modal('message'))
  })

  it('names who may, and what may be read instead', async () => {
    await workspace.bystander.click(await workspace.bystander.card(label), 'open-step:inventory-review')
    const answered = async () => wordsOf(await workspace.bystander.views())
    await expect
      .poll(answered)
      .toMatch(new RegExp(`You may not work on rotations.*Ask operator.*/rotation show ${label}`))
    await workspace.bystander.close(await workspace.bystander.modal('message'))
  })

  it('answers in a channel that the bot is not in', async () => {
    await workspace.bystander.type('/rotation show R999', 'C0GENERAL')
    const found = async () => wordsOf(await workspace.bystander.messages('C0GENERAL'))
    await expect.poll(found).toContain('There is no rotation')
  })

  it('names the tokens that are in an open rotation, in the form and when it is sent', async () => {
    await workspace.devopsLead.type('/rotation start')
    const view = await workspace.devopsLead.modal('start')
    expect(wordsOf(view)).toContain(`|Open ${label}>: orchestrator/staging`)
    const result = await workspace.devopsLead.submit(view, { scope: ['environment:staging'], reason: '' })
    expect(result.errors?.scope).toContain(
      `orchestrator/staging, evaluator/staging and tool-runner/staging in ${label}.`,
    )
    await workspace.devopsLead.close(view)
  })

  it('asks back when everything and a part of it are chosen', async () => {
    await workspace.devopsLead.type('/rotation start')
    const view = await workspace.devopsLead.modal('start')
    const result = await workspace.devopsLead.submit(view, {
      scope: ['all', 'environment:sandbox'],
      reason: '',
    })
    expect(result.errors?.scope).toContain('Remove one or the other')
    await workspace.devopsLead.close(view)
  })

  describe('at the fields of a step', () => {
    it.each([
      ['evidence', 'not a link', 'https://'],
      ['evidence', 'https://user:hunter2@host.example/', 'credential|password'],
      ['notes', `token ${['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')}`, 'looks like'],
      ['notes', 'x'.repeat(3_001), '3000|less than|at most'],
      ['notes', `-----BEGIN ${'RSA'} PRIVATE KEY-----`, 'a private key'],
    ])('refuses %s: %.30s', async (field, text, words) => {
      await openStep(workspace.operator, label, 'inventory-review')
      const view = await checkedStep(workspace.operator, 'inventory-review')
      const result = await workspace.operator.submit(view, { attest: ['metadata'], [field]: text })
      expect(result.errors?.[field]).toMatch(new RegExp(words))
      expect((await workspace.operator.views()).at(-1)?.id).toBe(view.id)
      await workspace.operator.close(view)
    })

    it('refuses what no check verified and nobody confirmed', async () => {
      await workspace.operator.post('faults', { id: 'secrets-access-denied', on: true })
      await openStep(workspace.operator, label, 'inventory-review')
      const view = await checkedStep(workspace.operator, 'inventory-review')
      expect(everyOption(view, 'attest')).toEqual(['metadata'])
      const result = await workspace.operator.submit(view, { attest: [] })
      expect(result.errors?.attest).toBeTruthy()
      await workspace.operator.post('faults', { id: 'secrets-access-denied', on: false })
      await workspace.operator.close(view)
    })

    it('refuses a failed check with what it saw, and passes once it is put right', async () => {
      await workspace.operator.post('faults', { id: 'metadata-missing', on: true })
      const scope = ['environment:sandbox']
      const other = await start(workspace.devopsLead, { scope })
      await openStep(workspace.devopsLead, other, 'inventory-review')
      let view = await checkedStep(workspace.devopsLead, 'inventory-review')
      expect(wordsOf(view)).toContain('tool-runner/sandbox lacks owner')
      const refused = await workspace.devopsLead.submit(view, { attest: ['metadata'] })
      expect(refused.errors?.attest).toBe('2 checks did not pass; see above.')

      await workspace.operator.post('faults', { id: 'metadata-missing', on: false })
      await workspace.devopsLead.press(view, 'run-checks')
      view = await checkedStep(workspace.devopsLead, 'inventory-review')
      expect((await workspace.devopsLead.submit(view, { attest: ['metadata'] })).errors).toBeUndefined()
    })

    it('takes what could not be read for unknown, never for passed', async () => {
      await workspace.operator.post('faults', { id: 'secrets-access-denied', on: true })
      await openStep(workspace.operator, label, 'inventory-review')
      const view = await checkedStep(workspace.operator, 'inventory-review')
      expect(wordsOf(view)).toMatch(
        /Metadata is complete. – not read: flashfusion.*access denied.*DescribeSecret/,
      )
      const result = await workspace.operator.submit(view, { attest: ['metadata'] })
      expect(result.errors?.attest).toContain('did not pass')
      await workspace.operator.post('faults', { id: 'secrets-access-denied', on: false })
      await workspace.operator.close(view)
    })
  })

  it('lets one of two people complete a step, and tells the other who did', async () => {
    const both = [workspace.operator, workspace.devopsLead]
    const views: View[] = []
    for (const person of both) {
      await openStep(person, label, 'inventory-review')
      views.push(await checkedStep(person, 'inventory-review'))
    }
    const answers = { notes: 'a | b\nc <!channel> 🔑 שלום' }
    const results = await Promise.all(
      both.map(async (person, index) => {
        const view = views[index]
        if (!view) throw new Error('no view')
        return person.submit(view, answers)
      }),
    )
    const refused = results.filter((result) => result.errors)
    expect(refused).toHaveLength(1)
    expect(Object.values(refused[0]?.errors ?? {})).toEqual([
      expect.stringMatching(/(operator|devops-lead) already completed step 1/),
    ])
    const completed = async () =>
      (await workspace.operator.thread(firstCard.ts)).filter((each) =>
        wordsOf(each).includes('completed step 1'),
      )
    await expect.poll(completed).toHaveLength(1)
    expect(wordsOf(await completed())).not.toContain('<!channel>')
    for (const person of both) for (const view of await person.views()) await person.close(view)
  })

  it('shows what was done when an old card is clicked', async () => {
    const view = await openStep(workspace.devopsLead, label, 'automation-health')
    await checkedStep(workspace.devopsLead, 'automation-health')
    // Slack takes no edits for a while: the card still offers what somebody else has just done.
    await workspace.operator.post('faults', { id: 'slack-rate-limited', on: true })
    const attest = ['last-run', 'notification']
    expect((await workspace.devopsLead.submit(view, { attest })).errors).toBeUndefined()
    await workspace.operator.click(await workspace.operator.card(label), 'open-step:automation-health')
    const answered = async () => wordsOf(await workspace.operator.views())
    await expect.poll(answered).toMatch(/devops-lead/)
    const top = (await workspace.operator.views()).at(-1)
    expect(top?.submit).toBeFalsy()
    await workspace.operator.post('faults', { id: 'slack-rate-limited', on: false })
    for (const each of await workspace.operator.views()) await workspace.operator.close(each)
  })

  it('refuses a step of a rotation that was aborted while the modal was open', async () => {
    const view = await openStep(workspace.operator, label, 'rotation-execution')
    await workspace.devopsLead.type(`/rotation abort ${label}`)
    const form = await workspace.devopsLead.modal('abort')
    expect((await workspace.devopsLead.submit(form, { reason: 'begun by mistake' })).errors).toBeUndefined()
    await workspace.operator.press(view, 'start-workflow')
    const answered = async () => wordsOf(await workspace.operator.views())
    await expect.poll(answered).toContain(`${label} was aborted`)
    const card = await workspace.operator.card(label, 'aborted')
    expect(card.blocks?.some((block) => block.type === 'actions')).toBe(false)
  })
})
