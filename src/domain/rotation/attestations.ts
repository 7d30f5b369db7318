import type { CheckDefinition } from './checks.ts'
import { sha256 } from './evidence.ts'
import { Refusal } from './refusal.ts'
import { type CheckResult, isInferredCheck, type Step, type StepCompletion } from './rotation.ts'
import { type RunbookNames, type StepId, stepDefinition } from './steps.ts'

/** A statement of the runbook, which checks verify or a person confirms. */
export interface Attestation {
  id: string
  sentence: string
  /** What a person ticks below the sentence. */
  tick: string
}

/** The statements of a step, as the config names things now. */
export const attestationsOf = (step: StepId, names: RunbookNames): Attestation[] =>
  stepDefinition(step).attestations.map(({ id, tick, sentence }) => ({ id, tick, sentence: sentence(names) }))

/** A step's attestations: those that were confirmed in the words of that time, whatever the config names now. */
export const wordedAttestations = ({ id: step, completion }: Step, names: RunbookNames): Attestation[] =>
  attestationsOf(step, names).map(({ id, tick, sentence }) => ({
    id,
    tick,
    sentence: completion?.sentences[id] ?? sentence,
  }))

/** The checks of a rotation, and their newest results that count. */
export interface Judged {
  checks: readonly CheckDefinition[]
  results: readonly CheckResult[]
}

/**
 * What machines say of a statement. `verified`: every check of it passed, and they decide all of it. `partly`: they passed, but
 * by inference or for a part of it. `not-passed`: one of them did not pass, or did not run. `none`: no check is about it.
 */
export type Verification = 'verified' | 'partly' | 'not-passed' | 'none'

/** What the results of this rotation, not the definitions of checks, say of a statement. */
export function verificationOf(step: StepId, id: string, { checks, results }: Judged): Verification {
  const own = checks.filter((check) => check.step === step && check.backs === id)
  if (own.length === 0) return 'none'
  const found = own.map((check) => results.find((each) => each.check === check.id))
  if (found.some((result) => result?.state !== 'passed')) return 'not-passed'
  const isPart =
    own.every(({ partly }) => partly) || found.some((result) => result && isInferredCheck(result))
  return isPart ? 'partly' : 'verified'
}

/** Who decided a statement of a completed step; null for one that nobody did. */
export function decidedBy({ completion }: Step, id: string): 'person' | 'machine' | null {
  if (completion?.attestations.includes(id)) return 'person'
  return completion?.sentences[id] === undefined ? null : 'machine'
}

/** Digest of a step's statements, to recognize words that changed since it was opened. */
export const attestationsDigest = (asked: readonly Attestation[]): string =>
  sha256(JSON.stringify(asked.map(({ id, sentence }) => [id, sentence])))

/** What a person ticked, and the digest of what they were shown. */
export interface Ticked {
  attestations: readonly string[]
  /** Null for a modal without one. */
  shown: string | null
}

/**
 * What was ticked is what the step's form asks for now.
 *
 * @throws Refusal `attestation-unknown`, `attestations-changed`
 */
export function assertShown(
  step: StepId,
  { attestations: ticked, shown }: Ticked,
  names: RunbookNames,
): void {
  const statements = attestationsOf(step, names)
  const unknown = ticked.filter((id) => !statements.some((each) => each.id === id))
  if (unknown.length > 0) throw new Refusal('attestation-unknown', { step, ids: unknown })
  if (shown !== attestationsDigest(statements)) throw new Refusal('attestations-changed', { step })
}

/**
 * The statements of a step as they are stored: those that the person confirmed, and the sentences of all. Each of the others was
 * verified by its checks.
 *
 * @throws Refusal `attestation-missing`
 */
export function confirm(
  step: StepId,
  ticked: readonly string[],
  names: RunbookNames,
  judged: Judged,
): Pick<StepCompletion, 'attestations' | 'sentences'> {
  const statements = attestationsOf(step, names)
  const missing = statements.filter(
    ({ id }) => !ticked.includes(id) && verificationOf(step, id, judged) !== 'verified',
  )
  if (missing.length > 0)
    throw new Refusal('attestation-missing', { missing: missing.map((each) => each.sentence) })
  return {
    attestations: statements.map((each) => each.id).filter((id) => ticked.includes(id)),
    sentences: Object.fromEntries(statements.map((each) => [each.id, each.sentence])),
  }
}
