import { differenceInMinutes } from 'date-fns/differenceInMinutes'
import { assertShown, confirm, type Ticked } from './attestations.ts'
import type { CheckDefinition } from './checks.ts'
import { exceptionCountsSince } from './current-results.ts'
import { assertOpen, type Decision, unchanged } from './decision.ts'
import type { EventData } from './events.ts'
import { Refusal } from './refusal.ts'
import {
  type CheckResult,
  type Evidence,
  isRunning,
  type Rotation,
  STEP_OF_RUN,
  type StepCompletion,
  stepOf,
} from './rotation.ts'
import { runInProgress } from './runs.ts'
import type { RunbookNames, StepId } from './steps.ts'
import { openSteps, waitsFor } from './turn.ts'

export interface CheckSituation {
  checks: readonly CheckDefinition[]
  results: CheckResult[]
  maxAgeMinutes: number
}

/** What a person submits to complete a step. */
export type GivenCompletion = Pick<StepCompletion, 'by' | 'at' | 'evidence' | 'notes'> & Ticked

/**
 * Completes a step: everything verified or confirmed by the person, every check passed or overridden by an exception of this round.
 * Slack may deliver a submission twice; repeating it changes nothing.
 * @throws Refusal `rotation-closed`, `step-done-by-other`, `step-not-open`, `run-in-progress`,
 *   `attestation-unknown`, `attestations-changed`, `attestation-missing`, `checks-not-run`, `checks-stale`,
 *   `checks-not-passed`
 */
export function completeStep(
  rotation: Rotation,
  step: StepId,
  given: GivenCompletion,
  situation: CheckSituation & { runbook: RunbookNames },
): Decision {
  assertOpen(rotation)
  const done = stepOf(rotation, step).completion
  if (done) {
    if (isSame(done, given, stepOf(rotation, step).quotes)) return unchanged(rotation)
    throw new Refusal('step-done-by-other', { step, by: done.by, at: done.at })
  }
  if (!openSteps(rotation).includes(step))
    throw new Refusal('step-not-open', { step, waitsFor: waitsFor(rotation, step) })
  assertNothingRuns(rotation, step)
  const { by, at, notes } = given
  const evidence = [...(stepOf(rotation, step).quotes ?? []), ...given.evidence]
  const results = situation.results.filter((result) => result.step === step)
  const checks = results.map(({ check, state }) => ({ check, state }))
  assertShown(step, given, situation.runbook)
  assertVerified(rotation, at, situation)
  const statements = confirm(step, given.attestations, situation.runbook, situation)
  const completion = { by, at, ...statements, evidence, notes, checks }
  return {
    rotation: {
      ...rotation,
      steps: rotation.steps.map((each) => (each.id === step ? { ...each, completion } : each)),
    },
    events: [
      {
        type: 'step-completed',
        rotationId: rotation.id,
        actor: by,
        at,
        data: {
          step,
          attestations: completion.attestations,
          sentences: completion.sentences,
          evidence: evidence.map((each) => each.url ?? each.label),
          ...filesOf(evidence),
          notes,
          checks: results.map(({ check, state, finishedAt }) => ({ check, state, finishedAt })),
        },
      },
    ],
  }
}

function filesOf(evidence: Evidence[]): Pick<EventData['step-completed'], 'files'> {
  const files = evidence.flatMap(({ file, digest }) => (file ? [{ ...file, digest }] : []))
  return files.length > 0 ? { files } : {}
}

const isSame = (a: StepCompletion, b: GivenCompletion, quotes: Evidence[] = []): boolean =>
  a.by === b.by &&
  a.notes === b.notes &&
  JSON.stringify(a.evidence) === JSON.stringify([...quotes, ...b.evidence])

function assertNothingRuns(rotation: Rotation, step: StepId): void {
  const run = rotation.runs.find((each) => STEP_OF_RUN[each.kind] === step && isRunning(each))
  if (run) throw runInProgress(run, { isSame: false })
}

/**
 * Every check has passed lately, or was overridden by an exception of this round.
 *
 * @throws Refusal `checks-not-run`, `checks-stale`, `checks-not-passed`
 */
export function assertVerified(rotation: Rotation, at: string, situation: CheckSituation): void {
  const excepted = new Set(
    rotation.exceptions
      .filter((each) => each.round === rotation.round && each.at >= exceptionCountsSince(rotation, each))
      .map((each) => each.check),
  )
  const needed = situation.checks.filter((check) => !excepted.has(check.id))
  const byCheck = new Map(situation.results.map((result) => [result.check, result]))

  const missing = needed.filter((check) => !byCheck.has(check.id))
  if (missing.length > 0) throw new Refusal('checks-not-run', { titles: missing.map((check) => check.title) })

  const results = needed.flatMap((check) => byCheck.get(check.id) ?? [])
  const open = results.filter((result) => result.state !== 'passed')
  if (open.length > 0) throw new Refusal('checks-not-passed', { results: open })

  // A result from the future comes from a wrong clock and would never become stale.
  const ages = results.map((result) => Math.abs(differenceInMinutes(at, result.finishedAt)))
  if (ages.some((age) => age >= situation.maxAgeMinutes))
    throw new Refusal('checks-stale', { minutes: Math.max(...ages) })
}
