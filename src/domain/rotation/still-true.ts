import { differenceInMinutes } from 'date-fns/differenceInMinutes'
import type { CheckId } from './checks.ts'
import { Refusal } from './refusal.ts'
import type { CheckResult, Instant, Rotation } from './rotation.ts'
import type { StepId } from './steps.ts'

/** What the completed steps rest on, and how old it may be when it is signed. */
export interface Grounds {
  /** The checks that there are now; one that the config no longer has cannot be run again. */
  definitions: readonly { id: CheckId }[]
  results: readonly CheckResult[]
  maxAgeMinutes: number
}

/** The steps whose checks are run again before anybody signs: a result is old, missing, or did not pass lately. */
export function stepsToCheckAgain(rotation: Rotation, grounds: Grounds, at: Instant): StepId[] {
  const needed = passedBefore(rotation, grounds)
  const again = needed.filter(({ result }) => isOld(result, at, grounds) || result?.state !== 'passed')
  return [...new Set(again.map(({ step }) => step))]
}

/**
 * Whether what had passed when each step was completed still passes; results of a completed step do not change what is signed,
 * but nobody signs what is no longer so.
 *
 * @throws Refusal `checks-stale`, `no-longer-true`
 */
export function assertStillTrue(rotation: Rotation, grounds: Grounds, at: Instant): void {
  const needed = passedBefore(rotation, grounds)
  const results = needed.flatMap(({ result }) => result ?? [])
  const ages = results.map((result) => ageOf(result, at))
  if (needed.some(({ result }) => isOld(result, at, grounds)))
    throw new Refusal('checks-stale', { minutes: Math.max(grounds.maxAgeMinutes, ...ages) })
  const failing = results.filter(({ state }) => state !== 'passed')
  if (failing.length > 0) throw new Refusal('no-longer-true', { results: failing })
}

function passedBefore(rotation: Rotation, { definitions, results }: Grounds) {
  return rotation.steps.flatMap((step) =>
    (step.completion?.checks ?? [])
      .filter(({ check, state }) => state === 'passed' && definitions.some(({ id }) => id === check))
      .map(({ check }) => ({ step: step.id, result: results.find((each) => each.check === check) })),
  )
}

// A result from the future comes from a wrong clock and would never become old.
const ageOf = ({ finishedAt }: CheckResult, at: Instant): number =>
  Math.abs(differenceInMinutes(at, finishedAt))

const isOld = (result: CheckResult | undefined, at: Instant, { maxAgeMinutes }: Grounds): boolean =>
  result === undefined || ageOf(result, at) >= maxAgeMinutes
