import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findRotation } from '#db/queries/rotations'
import { readLogRows } from '#domain/rotation/log-file'
import { alertIn, alertsOf, calls } from '#test/support/pager'
import {
  type Answers,
  eventually,
  type Person,
  type SubmitResult,
  type View,
  wordsOf,
} from '#test/support/person'
import {
  completeAllSteps,
  completeRotation,
  completeStep,
  openStep,
  signOff,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const STAGING = ['environment:staging']

describe('an incident', () => {
  let workspace: Workspace
  let operator: Person
  beforeEach(async () => {
    // On call is somebody who is not among the operators.
    workspace = await openWorkspace({ people: { operators: ['U0OPERATOR'], 'on-call': 'U0BYSTANDER' } })
    operator = workspace.operator
  })
  afterEach(() => workspace.close())

  const report = (answers: Answers = {}): Answers => ({
    trigger: 'policy-hit',
    severity: 'P1',
    scope: STAGING,
    reason: 'the policy was hit',
    evidence: 'https://siem.example/alert/1',
    ...answers,
  })
  const inputOf = (view: View, id: string) => view.blocks.find((each) => each.block_id === id)?.element
  const openForm = async (person: Person) => {
    await person.type('/rotation incident')
    return person.modal('incident')
  }
  const incident = async (person: Person, answers: Answers = {}): Promise<SubmitResult> => {
    const view = await openForm(person)
    const result = await person.submit(view, report(answers))
    if (result.errors) await person.close(view)
    return result
  }
  const logRows = async () => {
    const { files } = await operator.get<{ files: { path: string; content: string }[] }>('repository')
    const log = files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
    return readLogRows(log)
  }
  const logged = (count: number) =>
    eventually(async () => {
      const rows = await logRows()
      return rows.length >= count && rows
    }, `${count} rows in the log`)
  const cards = async () =>
    (await operator.messages()).filter((each) => each.metadata?.event_type === 'rotation_card')

  it('pages, is logged, and closes promotion; whoever is on call owns it and carries it out', async () => {
    const { bystander } = workspace
    expect((await incident(bystander)).errors).toBeUndefined()
    const alert = await alertIn(operator, 'triggered')
    expect(alert).toMatchObject({ class: 'incident', severity: 'critical' })
    expect(alert.summary).toMatch(/^INCIDENT P1 R1, staging: the policy was hit/)
    const card = await operator.card('R1', 'Promotion to production is blocked')
    expect(card.text).toMatch(/^INCIDENT P1 · policy hit · running 00:00/)
    expect((await logged(1)).map((row) => row.event)).toEqual(['incident-opened'])
    const rotation = await findRotation(workspace.bot.context.db, 1)
    expect(rotation).toMatchObject({ reason: 'the policy was hit', ownerId: 'U0BYSTANDER' })
    expect(rotation?.evidence.map((each) => each.url)).toEqual(['https://siem.example/alert/1'])
    const thread = await eventually(async () => {
      const found = (await operator.thread(card.ts)).slice(1)
      return found.length >= 2 && found
    }, 'the thread')
    for (const message of thread) expect(message.text).toContain('INCIDENT P1 R1')

    await completeStep(bystander, 'R1', 'inventory-review')
    // A rotation that is no incident stays the operators'.
    const routine = await start(operator, { scope: ['environment:sandbox'] })
    await bystander.click(await operator.card(routine), 'open-step:inventory-review')
    await expect.poll(async () => wordsOf(await bystander.views())).toContain('You may not work on rotations')
  }, 60_000)

  it('calls nobody for P3, and says which token does not exist', async () => {
    const refused = await incident(operator, { scope: ['environment:nowhere'] })
    expect(JSON.stringify(refused)).toMatch(/scope/)
    expect((await incident(operator, { severity: 'P3' })).errors).toBeUndefined()
    await operator.card('R1')
    await logged(1)
    expect(await alertsOf(operator)).toEqual([])
    expect(await calls(operator)).toEqual([])
  }, 60_000)

  it('revokes at once what may have leaked', async () => {
    expect((await incident(operator, { trigger: 'credential-anomaly' })).errors).toBeUndefined()
    await operator.card('R1', 'revoked now, not within 24 h')
    await completeStep(operator, 'R1', 'inventory-review')
    await completeStep(operator, 'R1', 'automation-health')
    await completeStep(operator, 'R1', 'rotation-execution')
    const runs = await operator.get<{ title: string; inputs: Record<string, string> }[]>('runs')
    expect(runs.find((run) => run.title.endsWith(' R1'))?.inputs.revoke_within_hours).toBe('0')
    const secrets =
      await operator.get<{ name: string; versions: { revokedAt: string | null }[] }[]>('secrets')
    for (const secret of secrets.filter((each) => each.name.includes('staging')))
      expect(secret.versions.filter((each) => each.revokedAt)).not.toEqual([])
  }, 60_000)

  it('raises an open rotation, and opens the rest of its tokens beside it', async () => {
    await start(operator, { scope: [...STAGING, 'agent:evaluator'], reason: 'the cadence is due' })
    const form = await openForm(operator)
    expect(wordsOf(form)).toContain('If you chose a token of R1')
    expect(inputOf(form, 'open-rotation')?.initial_option?.value).toBe('raise')
    await operator.close(form)
    const missing = await incident(operator, { 'open-rotation': '' })
    expect(missing.errors?.['open-rotation']).toContain('evaluator/staging in R1')
    expect((await incident(operator, { 'open-rotation': 'raise' })).errors).toBeUndefined()
    const card = await operator.card('R1', 'INCIDENT P1')
    expect(wordsOf(card)).toContain('Opened before for: the cadence is due')
    const rest = await operator.card('R2', 'INCIDENT P1')
    expect(wordsOf(rest)).toContain('orchestrator and tool-runner in staging')
    const thread = await eventually(async () => {
      const found = (await operator.thread(card.ts)).map(wordsOf)
      return found.some((line) => line.includes('turned this rotation into an incident')) && found
    }, 'the line')
    expect(thread.join('\n')).toContain('before: Manual rotation')
    expect((await logged(2)).map((row) => [row.rotation, row.event])).toEqual(
      expect.arrayContaining([
        ['R1', 'incident-opened'],
        ['R2', 'incident-opened'],
      ]),
    )
    await expect.poll(async () => (await alertsOf(operator)).length).toBe(2)
    const again = await incident(workspace.bystander, { 'open-rotation': 'raise', reason: 'seen again' })
    expect(again.errors?.['open-rotation']).toMatch(/INCIDENT P1 R[12] is already open for this/)
    expect(await cards()).toHaveLength(2)
  }, 60_000)

  it('supersedes an open rotation that has rotated already: each names the other', async () => {
    const label = await start(operator, { scope: STAGING })
    await completeStep(operator, label, 'inventory-review')
    await completeStep(operator, label, 'automation-health')
    await completeStep(operator, label, 'rotation-execution')
    const form = await openForm(operator)
    expect(inputOf(form, 'open-rotation')?.initial_option?.value).toBe('supersede')
    await operator.close(form)
    const tooLate = await incident(operator, { 'open-rotation': 'raise' })
    expect(tooLate.errors?.['open-rotation']).toContain(
      'R1 cannot become the incident: its workflow has started',
    )
    expect((await incident(operator, { 'open-rotation': 'supersede' })).errors).toBeUndefined()
    const old = await operator.card('R1', 'aborted')
    expect(wordsOf(old)).toContain('superseded by INCIDENT P1 R2: the policy was hit')
    expect(wordsOf(await operator.card('R2'))).toContain('Supersedes R1')
    expect((await logged(2)).map((row) => [row.rotation, row.event])).toEqual([
      ['R1', 'aborted'],
      ['R2', 'incident-opened'],
    ])
  }, 60_000)

  it('supersedes only what its form shows: two people, and one who sends it twice', async () => {
    await start(operator, { scope: STAGING })
    const people = [operator, workspace.bystander]
    const forms = await Promise.all(people.map(openForm))
    const [own] = forms
    if (!own) throw new Error('no form')
    const answers = report({ 'open-rotation': 'supersede' })
    const results = await Promise.all([
      operator.submit(own, answers),
      ...people.map((person, index) => person.submit(forms[index] ?? own, answers)),
    ])
    const refused = results.filter((result) => result.errors)
    // A form that opened it and is sent again meanwhile is refused, or answered as the first one was.
    if (refused.length !== 2) expect(refused).toEqual([results[2]])
    for (const { errors } of refused)
      expect(errors?.['open-rotation']).toContain('R2 was opened after this form, so it was not superseded')
    expect(wordsOf(await operator.card('R2'))).toContain('Supersedes R1')
    expect(await cards()).toHaveLength(2)
    expect(
      (await incident(workspace.bystander, { 'open-rotation': 'supersede', severity: 'P2' })).errors,
    ).toBeUndefined()
  }, 60_000)

  it('is opened once when two people report it at the same moment', async () => {
    const people = [operator, workspace.bystander]
    const forms = await Promise.all(people.map(openForm))
    const results = await Promise.all(
      people.map(async (person, index) => {
        const view = forms[index]
        if (!view) throw new Error('no form')
        return person.submit(view, report())
      }),
    )
    const refused = results.filter((result) => result.errors)
    expect(refused).toHaveLength(1)
    expect(refused[0]?.errors?.scope).toMatch(/some already are: .* in R1/)
    await alertIn(operator, 'triggered')
    expect(await cards()).toHaveLength(1)
  }, 60_000)

  it('is over in the pager when it is complete', async () => {
    expect((await incident(operator, { scope: [...STAGING, 'agent:evaluator'] })).errors).toBeUndefined()
    await alertIn(operator, 'triggered')
    await completeAllSteps(operator, 'R1')
    await signOff(workspace.devopsLead, 'R1', 'devops-lead')
    await signOff(workspace.aiOpsOwner, 'R1', 'ai-ops-owner')
    await completeRotation(operator, 'R1')
    await alertIn(operator, 'resolved')
    const rows = await logged(4)
    expect(rows.map((row) => row.event)).toEqual(['incident-opened', 'validated', 'approved', 'completed'])
  }, 90_000)

  describe('as a drill', () => {
    const DRILL = { trigger: 'chaos-drill', severity: 'P1', scope: [...STAGING, 'agent:evaluator'] }

    it('pages nobody, and says so on every message, notice, log row and commit', async () => {
      expect((await incident(operator, DRILL)).errors).toBeUndefined()
      const card = await operator.card('R1')
      await operator.post('faults', { id: 'workflow-fails', on: true })
      await completeStep(operator, 'R1', 'inventory-review')
      await completeStep(operator, 'R1', 'automation-health')
      const view = await openStep(operator, 'R1', 'rotation-execution')
      await operator.press(view, 'start-workflow')
      await operator.card('R1', 'Drill: on-call not notified')
      for (const each of await operator.views()) await operator.close(each)
      await operator.post('faults', { id: 'workflow-fails', on: false })
      const again = await openStep(operator, 'R1', 'rotation-execution')
      await operator.press(again, 'start-workflow')
      for (const each of await operator.views()) await operator.close(each)
      for (const step of ['rotation-execution', 'integration-verification', 'audit-logging'] as const)
        await completeStep(operator, 'R1', step)
      await signOff(workspace.devopsLead, 'R1', 'devops-lead')
      await signOff(workspace.aiOpsOwner, 'R1', 'ai-ops-owner')
      await completeRotation(operator, 'R1')
      await eventually(
        async () =>
          (await operator.messages()).some((each) => each.metadata?.event_type === 'rotation_notice'),
        'the notice',
      )
      const messages = [...(await operator.messages()), ...(await operator.thread(card.ts))]
      const ours = messages.filter((each) => each.is_bot && !each.ephemeral)
      expect(ours.length).toBeGreaterThan(15)
      expect(ours.filter((each) => !each.text.includes('DRILL')).map((each) => each.text)).toEqual([])
      expect(wordsOf(ours)).not.toContain('<!subteam')
      expect(wordsOf(ours)).not.toContain('<@U0BYSTANDER>')
      const rows = await logged(4)
      for (const row of rows) expect(row.cells.get('evidence')).toMatch(/^DRILL/)
      const { commits } = await operator.get<{ commits: { message: string }[] }>('repository')
      const about = commits.filter((commit) => commit.message.includes('R1'))
      expect(about.length).toBeGreaterThanOrEqual(3)
      for (const commit of about) expect(commit.message).toContain('DRILL')
      expect(await alertsOf(operator)).toEqual([])
    }, 120_000)

    it('pages when it is asked to, and says DRILL there, too', async () => {
      expect((await incident(operator, { ...DRILL, page: ['drill'] })).errors).toBeUndefined()
      const alert = await alertIn(operator, 'triggered')
      expect(alert.summary).toMatch(/^DRILL R1/)
    }, 60_000)

    it('leaves an open rotation alone', async () => {
      await start(operator, { scope: DRILL.scope })
      const refused = await incident(operator, { ...DRILL, 'open-rotation': 'supersede' })
      expect(refused.errors?.['open-rotation']).toContain('a drill never changes it')
      await operator.card('R1')
      expect(await cards()).toHaveLength(1)
    }, 60_000)
  })
})
