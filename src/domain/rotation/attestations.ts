import { sha256 } from './evidence.ts'
import { Refusal } from './refusal.ts'
import type { Step, StepCompletion } from './rotation.ts'
import { type RunbookNames, type StepId, stepDefinition } from './steps.ts'

/** What a person confirms, in words. */
export interface Attestation {
  id: string
  sentence: string
}

/** What a step asks a person to confirm now. */
export const attestationsOf = (step: StepId, names: RunbookNames): Attestation[] =>
  stepDefinition(step).attestations.map(({ id, sentence }) => ({ id, sentence: sentence(names) }))

/** A step's attestations: those that were confirmed in the words of that time, whatever the config names now. */
export const wordedAttestations = ({ id: step, completion }: Step, names: RunbookNames): Attestation[] =>
  attestationsOf(step, names).map(({ id, sentence }) => ({
    id,
    sentence: completion?.sentences[id] ?? sentence,
  }))

/** Digest of what a step's modal asks for, to recognize words that changed since it was opened. */
export const attestationsDigest = (asked: readonly Attestation[]): string =>
  sha256(JSON.stringify(asked.map(({ id, sentence }) => [id, sentence])))

/** What a person ticked, and the digest of what they were shown. */
export interface Ticked {
  attestations: readonly string[]
  /** Null for a modal without one. */
  shown: string | null
}

/**
 * The attestations as they are stored: every id that the step asks for, with the sentence that was shown.
 *
 * @throws Refusal `attestation-unknown`, `attestations-changed`, `attestation-missing`
 */
export function confirm(
  step: StepId,
  { attestations: ticked, shown }: Ticked,
  names: RunbookNames,
): Pick<StepCompletion, 'attestations' | 'sentences'> {
  const asked = attestationsOf(step, names)
  const unknown = ticked.filter((id) => !asked.some((each) => each.id === id))
  if (unknown.length > 0) throw new Refusal('attestation-unknown', { step, ids: unknown })
  if (shown !== attestationsDigest(asked)) throw new Refusal('attestations-changed', { step })
  const missing = asked.filter((each) => !ticked.includes(each.id))
  if (missing.length > 0)
    throw new Refusal('attestation-missing', { missing: missing.map((each) => each.sentence) })
  return {
    attestations: asked.map((each) => each.id),
    sentences: Object.fromEntries(asked.map((each) => [each.id, each.sentence])),
  }
}
