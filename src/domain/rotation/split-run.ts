import type { Decision } from './decision.ts'
import { Refusal } from './refusal.ts'
import type { Instant, Rotation, RotationToken, Run } from './rotation.ts'
import { requestRun, secretsToRotate } from './runs.ts'

/** GitHub takes 65,535 characters in all inputs of a dispatch together; the rest is for the other inputs. */
const MOST_CHARACTERS = 60_000

/** As GitHub counts it: the list is JSON inside JSON. */
const lengthOf = (secret: string): number => JSON.stringify(JSON.stringify(secret)).length

/** As many of the secrets as one dispatch can name, in their order. */
export function firstPart(secrets: readonly string[]): string[] {
  let length = 0
  const end = secrets.findIndex((secret) => {
    length += lengthOf(secret)
    return length > MOST_CHARACTERS
  })
  return end < 0 ? [...secrets] : secrets.slice(0, Math.max(end, 1))
}

/**
 * More tokens than one dispatch can name are rotated by several runs, one after the other: when one has succeeded, the next is
 * requested for whoever requested it. A run that made no new version ends the series.
 */
export function continueRotating(
  decision: Decision,
  {
    kind,
    attempt,
    system,
    requestedBy,
    requestedAt,
  }: Pick<Run, 'kind' | 'attempt' | 'system' | 'requestedBy' | 'requestedAt'>,
  at: Instant,
): Decision {
  const { rotation, events } = decision
  if (kind !== 'rotate' || system !== 'ci' || !events.some((event) => event.type === 'run-finished'))
    return decision
  const run = rotation.runs.find((each) => each.kind === kind && each.attempt === attempt)
  const isNew = ({ newVersionAt }: RotationToken) => newVersionAt !== null && newVersionAt >= requestedAt
  if (run?.state !== 'succeeded' || !isSplit(rotation) || !rotation.tokens.some(isNew)) return decision
  if (rotation.tokens.every((token) => token.newVersionId !== null || token.rollback !== null))
    return decision
  try {
    const next = requestRun(rotation, { kind, system, environment: null }, requestedBy, at)
    return { rotation: next.rotation, events: [...events, ...next.events] }
  } catch (error) {
    // The step was completed or reopened meanwhile: nothing follows.
    if (error instanceof Refusal) return decision
    throw error
  }
}

const isSplit = ({ tokens }: Rotation): boolean =>
  firstPart(tokens.map((token) => token.secret)).length < tokens.length

/** The secrets that the next run is started with. */
export const secretsOfNextRun = (rotation: Pick<Rotation, 'tokens'>): string[] =>
  firstPart(secretsToRotate(rotation))
