import { expect } from 'vitest'
import { CHECKS, ENVIRONMENT_CHECKS } from '#checks/index'
import { findRotation } from '#db/queries/rotations'
import { attestationsDigest, attestationsOf } from '#domain/rotation/attestations'
import {
  type CheckResult,
  type CheckState,
  isRunning,
  latestRun,
  type RunKind,
} from '#domain/rotation/rotation'
import type { RunRequest } from '#domain/rotation/runs'
import type { StepId } from '#domain/rotation/steps'
import { completeStep } from '#operations/complete-step'
import { requestRun } from '#operations/request-run'
import { runChecks } from '#operations/run-checks'
import { runbookNames } from '#read-models/runbook-names'
import type { FaultId } from '#sandbox/faults'
import { eventually } from './person.ts'
import type { Workspace } from './workspace.ts'

const OPERATOR = 'U0OPERATOR'

/** Runs the checks of one rotation while the sandbox's faults are on, and collects the states that they return. */
export interface ChecksUnderFaults {
  fault(id: FaultId, on: boolean): Promise<unknown>
  look(step: StepId): Promise<Map<string, CheckResult>>
  /** Looks while a fault is on; each result that is not a pass must say what is wrong and what to do. */
  whileFault(id: FaultId, step: StepId, expected: Record<string, CheckState>): Promise<void>
  run(kind: RunRequest['kind'], environment?: string): Promise<void>
  /** Waits until the newest run of a kind has ended. */
  ended(kind: RunKind, environment?: string): Promise<unknown>
  complete(step: StepId): ReturnType<typeof completeStep>
  /** Adds the states of all stored results. */
  addStored(): Promise<void>
  /** The states that a check was seen in, sorted. */
  statesOf(check: string): CheckState[]
  /** Fails unless each check of these steps was seen to pass, to fail and to be unknown. */
  expectEveryState(steps: StepId[]): void
}

export function checksUnderFaults(workspace: Workspace, rotation: number): ChecksUnderFaults {
  const { context } = workspace.bot
  const seen = new Map<string, Set<CheckState>>()
  // Checks of environments are collected by family: `deployed` of `deployed:staging`.
  const add = (check: string, state: CheckState) => {
    const [family = check] = check.split(':')
    seen.set(family, (seen.get(family) ?? new Set()).add(state))
  }
  const statesOf = (check: string) => [...(seen.get(check) ?? [])].sort()
  const fault = (id: FaultId, on: boolean) => workspace.operator.post('faults', { id, on })

  async function look(step: StepId) {
    // Never those that the bot began before a fault was switched.
    const results = await runChecks(context, rotation, step, OPERATOR, { sharedFor: 0 })
    for (const { check, state } of results) add(check, state)
    return new Map(results.map((result) => [result.check, result]))
  }

  const ended = (kind: RunKind, environment?: string) =>
    eventually(async () => {
      const found = await findRotation(context.db, rotation)
      const last = found && latestRun(found, kind, environment)
      return last && !isRunning(last)
    }, `the ${kind} run to be ended`)

  return {
    fault,
    look,
    ended,
    async whileFault(id, step, expected) {
      await fault(id, true)
      const results = await look(step)
      await fault(id, false)
      for (const [check, state] of Object.entries(expected)) {
        const result = results.get(check)
        expect({ id, check, state: result?.state, sentence: result?.sentence }).toMatchObject({
          check,
          state,
        })
        expect(result?.advice, `${check} under ${id}`).not.toBe('')
      }
    },
    async run(kind, environment) {
      await requestRun(context, rotation, { kind, environment: environment ?? null }, OPERATOR)
      await ended(kind, environment)
    },
    complete(step) {
      const asked = attestationsOf(step, runbookNames(context))
      const attestations = asked.map((each) => each.id)
      const shown = attestationsDigest(asked)
      const completion = { by: OPERATOR, attestations, shown, evidence: [], notes: '' }
      return completeStep(context, rotation, step, completion)
    },
    async addStored() {
      const rows = await context.db.selectFrom('checks').select(['checkId', 'state']).execute()
      for (const { checkId, state } of rows) add(checkId, state as CheckState)
    },
    statesOf,
    expectEveryState(steps) {
      const ids = [
        ...CHECKS.filter((check) => steps.some((step) => step === check.step)),
        ...(steps.includes('integration-verification')
          ? ENVIRONMENT_CHECKS.filter((check) => !check.guards)
          : []),
      ].map(({ id }) => id)
      expect(ids).not.toEqual([])
      const states = Object.fromEntries(ids.map((id) => [id, statesOf(id)]))
      expect(states).toEqual(Object.fromEntries(ids.map((id) => [id, ['failed', 'passed', 'unknown']])))
    },
  }
}
