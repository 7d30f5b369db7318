import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CHECKS, ENVIRONMENT_CHECKS } from '#checks/index'
import { findRotation } from '#db/queries/rotations'
import {
  type CheckResult,
  type CheckState,
  isRunning,
  latestRun,
  type RunKind,
} from '#domain/rotation/rotation'
import { type StepId, stepDefinition } from '#domain/rotation/steps'
import { completeStep } from '#operations/complete-step'
import { recordManualStep } from '#operations/record-manual-step'
import { requestRun } from '#operations/request-run'
import { runChecks } from '#operations/run-checks'
import type { FaultId } from '#sandbox/faults'
import { eventually } from '#test/support/person'
import {
  completeAllSteps,
  completeRotation,
  letTelemetryMeasure,
  signByBoth,
  start,
} from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const OPERATOR = 'U0OPERATOR'

const CHECK_IDS = [...CHECKS, ...ENVIRONMENT_CHECKS].map(({ id }) => id)

/** `deployed` of `deployed:staging` */
const familyOf = (check: string): string => check.split(':')[0] ?? check

/**
 * Every check is seen to pass, to fail and to be unknown: by the sandbox's fault switches, through one rotation that goes
 * well and another in which everything goes wrong once. A check that cannot fail proves nothing.
 */
describe('every check can pass, fail and be unknown', () => {
  let workspace: Workspace
  const seen = new Map<string, Set<CheckState>>()

  beforeAll(async () => {
    workspace = await openWorkspace()
    await start(workspace.operator, { scope: ['environment:staging'] })
  })
  afterAll(() => workspace.close())

  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })

  const see = (check: string, state: CheckState) =>
    seen.set(familyOf(check), (seen.get(familyOf(check)) ?? new Set()).add(state))

  async function look(rotation: number, step: StepId): Promise<Map<string, CheckResult>> {
    const results = await runChecks(workspace.bot.context, rotation, step, OPERATOR)
    for (const { check, state } of results) see(check, state)
    return new Map(results.map((result) => [result.check, result]))
  }

  /** Looks while a fault is on; each result that is not a pass must say what is wrong and what to do. */
  async function whileFault(id: FaultId, step: StepId, expected: Record<string, CheckState>): Promise<void> {
    await fault(id, true)
    const results = await look(2, step)
    await fault(id, false)
    for (const [check, state] of Object.entries(expected)) {
      const result = results.get(check)
      expect({ id, check, state: result?.state, sentence: result?.sentence }).toMatchObject({ check, state })
      expect(result?.advice, `${check} under ${id}`).not.toBe('')
    }
  }

  const ended = (kind: RunKind, environment?: string) =>
    eventually(async () => {
      const rotation = await findRotation(workspace.bot.context.db, 2)
      const last = rotation && latestRun(rotation, kind, environment)
      return last && !isRunning(last)
    }, `the ${kind} run to have ended`)

  async function run(kind: RunKind, environment?: string): Promise<void> {
    await requestRun(workspace.bot.context, 2, { kind, environment: environment ?? null }, OPERATOR)
    await ended(kind, environment)
  }

  const complete = (step: StepId) => {
    const attestations = stepDefinition(step).attestations.map((each) => each.id)
    const at = workspace.bot.context.clock.now()
    const completion = { by: OPERATOR, at, attestations, evidence: [], notes: '' }
    return completeStep(workspace.bot.context, 2, step, completion)
  }

  it('passes in a rotation that goes well', async () => {
    await completeAllSteps(workspace.operator, 'R1')
    const rows = await workspace.bot.context.db.selectFrom('checks').select(['checkId', 'state']).execute()
    for (const { checkId, state } of rows) see(checkId, state as CheckState)
    for (const id of CHECK_IDS) expect([id, seen.get(id)?.has('passed')]).toEqual([id, true])
    await signByBoth(workspace, 'R1')
    await completeRotation(workspace.operator, 'R1')
    expect(await start(workspace.operator, {})).toBe('R2')
  }, 120_000)

  it('fails and is unknown in the inventory review', async () => {
    const step = 'inventory-review'
    await whileFault('secret-missing', step, { 'inventory-exported': 'failed', 'registry-in-sync': 'failed' })
    await whileFault('metadata-missing', step, { 'metadata-complete': 'failed' })
    await whileFault('registry-drift', step, { 'registry-in-sync': 'failed' })
    await whileFault('registry-malformed', step, { 'registry-in-sync': 'failed' })
    await whileFault('secrets-access-denied', step, {
      'inventory-exported': 'unknown',
      'metadata-complete': 'unknown',
    })
    await whileFault('github-unavailable', step, { 'registry-in-sync': 'unknown' })
    await look(2, step)
    await complete(step)
  }, 60_000)

  it('fails and is unknown in the health of the automation', async () => {
    const step = 'automation-health'
    await whileFault('last-rotation-failed', step, { 'rotate-job-succeeded': 'failed' })
    await whileFault('github-unavailable', step, { 'rotate-job-succeeded': 'unknown' })
    await whileFault('bot-removed-from-channel', step, { 'notice-delivered': 'failed' })
    await whileFault('slack-history-fails', step, { 'notice-delivered': 'unknown' })
    await look(2, step)
    await complete(step)
  }, 60_000)

  it('fails and is unknown in the execution of the rotation', async () => {
    const step = 'rotation-execution'
    await fault('workflow-fails', true)
    await fault('old-version-not-revoked', true)
    await run('rotate')
    await fault('workflow-fails', false)
    await fault('old-version-not-revoked', false)
    const failed = await look(2, step)
    for (const check of ['workflow-succeeded', 'new-version-current', 'old-version-revoked'])
      expect([check, failed.get(check)?.state]).toEqual([check, 'failed'])
    await fault('tag-missing', true)
    await run('rotate')
    await fault('tag-missing', false)
    expect((await look(2, step)).get('tags-correct')?.state).toBe('failed')
    await whileFault('github-unavailable', step, { 'workflow-succeeded': 'unknown' })
    await fault('secrets-unavailable', true)
    const unread = await look(2, step)
    await fault('secrets-unavailable', false)
    for (const check of ['new-version-current', 'tags-correct', 'old-version-revoked'])
      expect([check, unread.get(check)?.state]).toEqual([check, 'unknown'])
    await look(2, step)
    for (const check of ['tags-correct', 'old-version-revoked'])
      await recordManualStep(workspace.bot.context, 2, {
        check,
        what: 'set by hand',
        commands: '',
        proof: [],
        by: OPERATOR,
        doneAt: null,
      })
    await complete(step)
  }, 120_000)

  it('fails and is unknown in the verification of the integration', async () => {
    const step = 'integration-verification'
    await fault('deployment-fails', true)
    await run('deploy', 'staging')
    await fault('deployment-fails', false)
    expect((await look(2, step)).get('deployed:staging')?.state).toBe('failed')
    await fault('smoke-fails', true)
    await run('deploy', 'staging')
    await ended('smoke', 'staging')
    await fault('smoke-fails', false)
    expect((await look(2, step)).get('smoke-passed:staging')?.state).toBe('failed')
    await run('smoke', 'staging')
    await whileFault('github-unavailable', step, {
      'deployed:staging': 'unknown',
      'smoke-passed:staging': 'unknown',
    })
    await whileFault('telemetry-unavailable', step, { 'agents-work:staging': 'unknown' })
    await whileFault('telemetry-silent', step, { 'agents-work:staging': 'unknown' })
    await fault('telemetry-auth-failures', true)
    await workspace.operator.post('clock', { advanceMs: 120_000 })
    expect((await look(2, step)).get('agents-work:staging')?.state).toBe('failed')
    await fault('telemetry-auth-failures', false)
    await run('deploy', 'sandbox')
    await run('deploy', 'staging')
    await ended('smoke', 'staging')
    await letTelemetryMeasure(workspace.operator)
    const mended = await look(2, step)
    expect(mended.get('agents-work:staging')).toMatchObject({ state: 'passed' })
    await complete(step)
  }, 120_000)

  it('fails and is unknown in the audit log', async () => {
    const step = 'audit-logging'
    await look(2, step)
    await whileFault('log-row-changed', step, { 'log-appended': 'failed' })
    await whileFault('ticket-closed', step, { 'ticket-updated': 'failed' })
    await whileFault('ticket-comment-deleted', step, { 'ticket-updated': 'failed' })
    await whileFault('ticket-unavailable', step, { 'ticket-updated': 'unknown' })
    await whileFault('github-unavailable', step, { 'log-appended': 'unknown', 'ticket-updated': 'unknown' })
  }, 60_000)

  it('has been seen in every state, each of them', () => {
    const states = Object.fromEntries(CHECK_IDS.map((id) => [id, [...(seen.get(id) ?? [])].sort()]))
    expect(states).toEqual(Object.fromEntries(CHECK_IDS.map((id) => [id, ['failed', 'passed', 'unknown']])))
  })
})
