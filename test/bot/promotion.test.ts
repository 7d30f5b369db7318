import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import type { ModalView } from '@slack/types'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findRotation } from '#db/queries/rotations'
import { readLogRows } from '#domain/rotation/log-file'
import type { Rotation } from '#domain/rotation/rotation'
import { requestRun } from '#operations/request-run'
import { withdrawApproval } from '#operations/withdraw-approval'
import { ADMIN_ACCESS_KEY_ID } from '#sandbox/aws/principals'
import type { FaultId } from '#sandbox/faults'
import { FORGED_ANSWERS, forgedButton, forgedForm } from '#test/support/forged-view'
import { type Element, elementsOf, eventually, everyOption, type View, wordsOf } from '#test/support/person'
import {
  ALL_STEPS,
  checkedStep,
  completeAllSteps,
  completeRotation,
  completeStep,
  deployProduction,
  letPromotionBeVerified,
  openStep,
  promote,
  signByBoth,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const STEP_4 = 'integration-verification'

/** One token before the sign-offs and one after them. */
const ONE_AGENT = { scope: ['environment:staging', 'environment:production', 'agent:evaluator'] }

describe('a rotation whose scope has production', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace()
  })
  afterEach(() => workspace.close())

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })

  const rotation = async (): Promise<Rotation> => {
    const found = await findRotation(workspace.bot.context.db, 1)
    if (!found) throw new Error('no rotation')
    return found
  }
  const reaches = (status: Rotation['status']) =>
    eventually(async () => (await rotation()).status === status, `the status ${status}`)

  const loggedEvents = async () => {
    const { files } = await workspace.operator.get<{ files: { path: string; content: string }[] }>(
      'repository',
    )
    const log = files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
    return readLogRows(log).map((row) => row.event)
  }
  const logged = (event: string) =>
    eventually(async () => (await loggedEvents()).includes(event), `the row ${event}`)

  /** The types of the channel's announcements, oldest first. */
  const announcements = async () =>
    (await workspace.operator.messages())
      .map((each) => each.metadata?.event_type ?? '')
      .filter((type) => type === 'rotation_approved' || type === 'rotation_notice')
  const announced = (type: 'rotation_approved' | 'rotation_notice') =>
    eventually(async () => (await announcements()).includes(type), `the message ${type}`)

  /** The newest announcement of the approval, once it says this. */
  const approvalSays = (part: string) =>
    eventually(async () => {
      const found = (await workspace.operator.messages()).findLast(
        (each) => each.metadata?.event_type === 'rotation_approved',
      )
      return found && wordsOf(found).includes(part) ? wordsOf(found) : null
    }, `the approval with “${part}”`)

  const buttons = async (): Promise<(Element & { block_id: string })[]> =>
    elementsOf((await workspace.operator.card('R1')).blocks ?? [])
  const offers = async (action: string) => (await buttons()).some((each) => each.action_id === action)

  /** Puts a modal in front of the operator, as one that they opened before the rotation changed. */
  const show = async (old: ModalView): Promise<View> => {
    const { trigger_id = '' } = (await workspace.operator.type('/rotation help')) as { trigger_id?: string }
    const opened = await workspace.bot.context.slack.views.open({ trigger_id, view: old })
    return eventually(
      async () => (await workspace.operator.views()).find((each) => each.id === opened.view?.id),
      'the modal',
    )
  }

  const signed = async () => {
    await start(workspace.operator, ONE_AGENT)
    await completeAllSteps(workspace.operator, 'R1')
    await signByBoth(workspace, 'R1')
    await reaches('promoting')
  }

  it('is complete only when production is verified and its old versions are revoked', async () => {
    await workspace.operator.type('/rotation incident')
    const form = await workspace.operator.modal('incident')
    const opened = await workspace.operator.submit(form, {
      trigger: 'policy-hit',
      severity: 'P2',
      reason: 'a policy was hit',
    })
    expect(opened.errors).toBeUndefined()
    await workspace.operator.card('R1')
    expect((await rotation()).tokens).toHaveLength(9)
    await completeAllSteps(workspace.operator, 'R1')
    await signByBoth(workspace, 'R1')

    await reaches('promoting')
    await announced('rotation_approved')
    expect((await loggedEvents()).at(-1)).toBe('approved')
    expect(await announcements()).toEqual(['rotation_approved'])
    const card = wordsOf(await workspace.operator.card('R1', 'deploy to production'))
    expect(card).not.toContain('Complete after')
    await approvalSays('Deploy now to production')

    await promote(workspace.operator, 'R1')
    await reaches('retiring')
    expect((await rotation()).promoted.map((each) => each.environment)).toEqual(['production'])
    await logged('promoted')
    expect(await announcements()).toEqual(['rotation_approved'])
    expect(await approvalSays('Deployed and verified: production')).not.toContain('Deploy now')
    await workspace.operator.card('R1', '0 of 9 old versions revoked')

    await completeRotation(workspace.operator, 'R1')
    expect((await rotation()).status).toBe('complete')
    await announced('rotation_notice')
    expect(await announcements()).toEqual(['rotation_approved', 'rotation_notice'])
    expect(await loggedEvents()).toEqual([
      'incident-opened',
      'rotated',
      'validated',
      'approved',
      'promoted',
      'completed',
    ])
  }, 180_000)

  it('does not deploy what waits for GitHub when the approval is withdrawn meanwhile', async () => {
    await signed()
    await fault('github-unavailable', true)
    await requestRun(workspace.bot.context, 1, { kind: 'deploy', environment: 'production' }, 'U0OPERATOR')
    await workspace.operator.card('R1', 'Not yet delivered')
    await withdrawApproval(workspace.bot.context, 1, {
      role: 'devops-lead',
      by: 'U0DEVOPSLEAD',
      reason: 'the release is frozen',
      delegateOf: null,
    })
    const attempts = async () => {
      const { db } = workspace.bot.context
      const job = db.selectFrom('outboxJobs').select(['attempts', 'doneAt'])
      const { doneAt, attempts: made } = await job
        .where('kind', '=', 'workflow-dispatch')
        .orderBy('id', 'desc')
        .executeTakeFirstOrThrow()
      return doneAt ? Number.POSITIVE_INFINITY : made
    }
    await fault('github-unavailable', false)
    const made = await attempts()
    // GitHub's answer 503 left open whether the run began: it is only looked for.
    await eventually(async () => (await attempts()) > made, 'the dispatch to be looked for or dropped')
    const runs = await workspace.operator.get<{ title: string; inputs: Record<string, string> }[]>('runs')
    expect(runs.filter((run) => run.inputs.environment === 'production' && run.title.includes('R1'))).toEqual(
      [],
    )
  }, 90_000)

  it('is signed again by both roles after an approver has withdrawn the approval', async () => {
    await signed()
    const { aiOpsOwner, operator } = workspace
    await operator.click(await operator.card('R1', 'deploy to production'), 'withdraw')
    await eventually(
      async () => (await operator.views()).some((view) => view.callback_id === 'message'),
      'a refusal of the operator',
    )
    expect((await rotation()).status).toBe('promoting')

    await aiOpsOwner.click(await aiOpsOwner.card('R1'), 'withdraw')
    const form = await aiOpsOwner.modal('withdraw')
    expect((await aiOpsOwner.submit(form, { reason: '' })).errors?.reason).toBeTruthy()
    const reason = 'production is frozen this evening'
    expect((await aiOpsOwner.submit(form, { reason })).errors).toBeUndefined()
    await reaches('open')
    await logged('withdrawn')
    expect(await approvalSays('the approval no longer applies')).not.toContain('Deploy now')
    await expect.poll(() => offers('deploy:production')).toBe(false)
    await expect(
      requestRun(workspace.bot.context, 1, { kind: 'deploy', environment: 'production' }, operator.id),
    ).rejects.toMatchObject({ code: 'not-promoting' })

    await eventually(() => offers('sign-off:devops-lead'), 'the first role’s button')
    expect(await offers('sign-off:ai-ops-owner')).toBe(true)
    await signByBoth(workspace, 'R1')
    await reaches('promoting')
    expect((await rotation()).signOffs.map(({ role, decision, round }) => [role, decision, round])).toEqual([
      ['devops-lead', 'approved', 1],
      ['ai-ops-owner', 'approved', 1],
      ['ai-ops-owner', 'withdrawn', 1],
      ['devops-lead', 'approved', 2],
      ['ai-ops-owner', 'approved', 2],
    ])
  }, 180_000)

  it('does not deploy to production before the sign-offs, also with an old button', async () => {
    await start(workspace.operator, ONE_AGENT)
    await workspace.operator.card('R1')
    expect(await offers('deploy:production')).toBe(false)
    const old = await show(forgedButton('message', 'deploy:production', 'R1'))
    await workspace.operator.press(old, 'deploy:production')
    await expect
      .poll(async () => wordsOf((await workspace.operator.views()).at(-1)), { timeout: 5_000 })
      .toContain('Nothing is deployed to production now: both roles have not signed yet')
    for (const view of (await workspace.operator.views()).toReversed()) await workspace.operator.close(view)
    const form = await show(forgedForm('deploy', { rotation: 'R1', environment: 'production' }))
    const result = await workspace.operator.submit(form, FORGED_ANSWERS)
    expect(Object.values(result.errors ?? {})).toEqual([
      expect.stringContaining('Nothing is deployed to production now: both roles have not signed yet'),
    ])
    expect((await rotation()).runs).toEqual([])
    expect(await workspace.operator.get<{ name: string }[]>('runs')).not.toContainEqual(
      expect.objectContaining({ title: expect.stringContaining('R1') }),
    )
  }, 60_000)

  it('loses its approval and reopens step 4 when a token gets a newer version meanwhile', async () => {
    await signed()
    const before = await rotation()
    const token = before.tokens.find((each) => each.environment === 'production')
    await rotateByHand(workspace, token?.secret ?? '')
    // The tokens are read every minute while promoting, so the bot notices without a deployment.
    const afterAMinute = async () => {
      await letPromotionBeVerified(workspace.operator)
      return (await rotation()).status
    }
    await expect.poll(afterAMinute, { timeout: 90_000, interval: 1_000 }).toBe('open')
    const after = await rotation()
    expect(after.round).toBe(before.round + 1)
    expect(after.steps.filter((step) => !step.completion).map((step) => step.id)).toEqual([STEP_4])
    expect(after.promoted).toEqual([])
    await logged('withdrawn')
    const card = await workspace.operator.card('R1', 'Open step 4')
    await eventually(
      async () =>
        wordsOf(await workspace.operator.thread(card.ts)).includes('The approval no longer applies'),
      'the line in the thread',
    )
    expect(await announcements()).not.toContain('rotation_notice')
  }, 180_000)

  it('shows on the card that production’s deployment failed, and goes on from there', async () => {
    await signed()
    await fault('deployment-fails', true)
    await deployProduction(workspace.operator, 'R1')
    const card = wordsOf(await workspace.operator.card('R1', 'production ✗ deployment failed'))
    expect(card).toMatch(/Deployment to production(, attempt \d+)?: failed/)
    await fault('deployment-fails', false)
    const failed = wordsOf(await workspace.operator.card('R1', '✗ Deployed to production – failed'))
    expect(failed).toContain('Deploy to production again')
    expect((await rotation()).status).toBe('promoting')
    await promote(workspace.operator, 'R1')
    await reaches('retiring')
  }, 180_000)

  it('needs an exception for each check of staging when no token of staging is in its scope', async () => {
    const { operator } = workspace
    await start(operator, { scope: ['environment:production'] })
    for (const step of ALL_STEPS.slice(0, 3)) await completeStep(operator, 'R1', step)
    await operator.press(await openStep(operator, 'R1', STEP_4), 'run-checks')
    const view = await checkedStep(operator, STEP_4)
    const refused = await operator.submit(view, { attest: everyOption(view, 'attest') })
    expect(Object.values(refused.errors ?? {})).toEqual(['3 checks did not pass; see above.'])
    await operator.close(view)

    const titles = ['Deployed to staging', 'Smoke test passed in staging', 'Agents work in staging']
    for (const title of titles) expect(wordsOf(view)).toContain(`? *${title}* – not read`)
    expect(wordsOf(view)).toContain('No staging token is in this rotation')
    for (const check of ['deployed:staging', 'smoke-passed:staging', 'agents-work:staging']) {
      await operator.click(await operator.card('R1'), 'record-manual-step')
      const form = await operator.modal('manual-step')
      const now = String(Math.floor(workspace.sandbox.clock.now().getTime() / 1_000))
      const result = await operator.submit(form, { check, notes: 'verified by hand in staging', done: now })
      expect(result.errors).toBeUndefined()
      await eventually(
        async () => (await rotation()).exceptions.some((each) => each.check === check),
        `the exception for ${check}`,
      )
    }
    await completeStep(operator, 'R1', STEP_4)
    await completeStep(operator, 'R1', 'audit-logging')
    await signByBoth(workspace, 'R1')
    await reaches('promoting')
  }, 180_000)
})

/** Somebody makes another version current with the CI's credentials. */
async function rotateByHand({ sandbox }: Workspace, secret: string): Promise<void> {
  const client = new SecretsManagerClient({
    endpoint: `${sandbox.url}/aws`,
    region: 'eu-central-1',
    credentials: { accessKeyId: ADMIN_ACCESS_KEY_ID, secretAccessKey: 'unused' },
  })
  await client.send(new PutSecretValueCommand({ SecretId: secret, SecretString: 'by hand' }))
  client.destroy()
}
