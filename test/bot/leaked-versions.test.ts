import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findOpenEscalations } from '#db/queries/escalations'
import { findRotationEvents } from '#db/queries/events'
import { findRevocations } from '#db/queries/revocations'
import { findRotation } from '#db/queries/rotations'
import { alertsOf } from '#test/support/pager'
import { type Answers, eventually, wordsOf } from '#test/support/person'
import { completeStep, openStep } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const ONE = ['environment:staging', 'agent:evaluator']

describe('a credential anomaly', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace({ revoker: 'bot' })
  })
  afterEach(() => workspace.close())

  const incident = async (answers: Answers) => {
    const { operator } = workspace
    await operator.type('/rotation incident')
    const form = await operator.modal('incident')
    const result = await operator.submit(form, {
      trigger: 'credential-anomaly',
      severity: 'P1',
      scope: ONE,
      reason: 'a token is used from elsewhere',
      ...answers,
    })
    if (!result.errors) return { form, errors: undefined }
    const asked = await operator.modal('incident')
    await operator.close(asked)
    return { form: asked, errors: result.errors }
  }
  const rows = (id: number) => findRevocations(workspace.bot.context.db, id)
  const rotation = (id: number) => findRotation(workspace.bot.context.db, id)
  const types = async (id: number) =>
    (await findRotationEvents(workspace.bot.context.db, id)).map((event) => event.type)

  /** Steps 1 and 2, and the workflow of step 3. */
  const rotate = async (label: string) => {
    const { operator } = workspace
    await completeStep(operator, label, 'inventory-review')
    await completeStep(operator, label, 'automation-health')
    await operator.press(await openStep(operator, label, 'rotation-execution'), 'start-workflow')
    await eventually(
      async () => (await rotation(Number(label.slice(1))))?.tokens.every((token) => token.newVersionId),
      'the new versions',
    )
    for (const view of (await operator.views()).toReversed()) await operator.close(view)
  }

  it('asks what happens to the old versions, and disables them at once in the name of who decided it', async () => {
    const missing = await incident({})
    expect(wordsOf(missing.form)).toContain('staging:* orchestrator, evaluator and tool-runner')
    expect(missing.errors?.['old-versions']).toBe('Please complete this required field.')
    expect((await incident({ 'old-versions': 'disable-now' })).errors).toBeUndefined()
    await workspace.operator.card('R1', 'INCIDENT P1')
    expect(await rotation(1)).toMatchObject({ disableNowBy: 'U0OPERATOR', revoker: 'bot' })

    await rotate('R1')
    const [row] = await eventually(async () => {
      const found = await rows(1)
      return found.length > 0 && found.every((each) => each.issuer === 'disabled') && found
    }, 'the old version to be disabled')
    // No deployment was verified: the person's decision alone disabled it.
    expect(row).toMatchObject({ leakedIn: 1, forcedBy: 'U0OPERATOR', verifiedAt: null, state: 'waiting' })
    const events = await findRotationEvents(workspace.bot.context.db, 1)
    const forced = events.find((event) => event.type === 'revocation-forced')
    expect(forced).toMatchObject({ actor: 'U0OPERATOR', data: { versions: [{ agent: 'evaluator' }] } })
    const run = events.find((event) => event.type === 'run-requested' && event.data.kind === 'revoke')
    expect(run).toMatchObject({ actor: 'U0OPERATOR', data: { mode: 'disable' } })
  }, 90_000)

  it('waits for the deployment where that was chosen, and asks nothing at a policy hit', async () => {
    expect((await incident({ 'old-versions': 'disable-when-deployed' })).errors).toBeUndefined()
    await workspace.operator.card('R1', 'INCIDENT P1')
    await rotate('R1')
    const [row] = await eventually(async () => {
      const found = await rows(1)
      return found[0]?.stage && found
    }, 'the old version')
    expect(row).toMatchObject({ leakedIn: 1, forcedAt: null, issuer: null, stage: 'deployment' })
    expect(Date.parse(row?.dueAt ?? '') - Date.parse(row?.replacedAt ?? '')).toBe(4 * 3_600_000)
    const policy = { trigger: 'policy-hit', severity: 'P2', scope: ['environment:sandbox'] }
    expect((await incident(policy)).errors).toBeUndefined()
  }, 90_000)

  it('stays as strict when a policy hit supersedes it: its page and its old versions go on', async () => {
    expect((await incident({ 'old-versions': 'disable-when-deployed' })).errors).toBeUndefined()
    await workspace.operator.card('R1', 'INCIDENT P1')
    await rotate('R1')
    const [before] = await eventually(async () => {
      const found = await rows(1)
      return found.length > 0 && found
    }, 'the old version')
    await expect.poll(async () => (await alertsOf(workspace.operator)).length).toBe(1)

    const policy = {
      trigger: 'policy-hit',
      severity: 'P2',
      'open-rotation': 'supersede',
      reason: 'a policy was hit',
    }
    expect((await incident(policy)).errors).toBeUndefined()
    const card = wordsOf(await workspace.operator.card('R2', 'INCIDENT P1'))
    expect(card).toContain('Reported as policy hit P2; it stays credential anomaly P1, which is stricter.')
    expect(await rotation(2)).toMatchObject({ trigger: 'credential-anomaly', severity: 'P1' })
    await workspace.operator.card('R1', 'aborted')

    expect((await rows(2)).map((row) => [row.id, row.rotationId, row.takenOverBy])).toEqual([
      [before?.id, 1, 2],
    ])
    expect((await rows(2))[0]?.dueAt).toBe(before?.dueAt)
    const calls = await findOpenEscalations(workspace.bot.context.db)
    expect(calls.map((call) => [call.rotationId, call.cause, call.severity])).toEqual([[2, 'incident', 'P1']])
    expect(await types(2)).toContain('escalation-carried-over')
    expect(await types(1)).not.toContain('escalation-resolved')
    const alerts = await alertsOf(workspace.operator)
    expect(alerts.map((alert) => alert.status)).toEqual(['triggered'])
  }, 90_000)
})
