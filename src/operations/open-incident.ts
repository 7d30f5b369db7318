import { findTakenSecrets } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { abortRotation } from '#domain/rotation/abort-rotation'
import { raiseToIncident } from '#domain/rotation/raise-to-incident'
import { Refusal } from '#domain/rotation/refusal'
import { type Rotation, type RotationToken, rotationLabel, type Severity } from '#domain/rotation/rotation'
import { logEntry } from '#domain/rotation/rotation-log'
import { tokenLabel } from '#domain/tokens/scope'
import { logEntryJob } from '#outbox/queue/github-jobs'
import type { Context } from '#src/context'
import { shortName } from '#views/words'
import { changeWithin } from './change.ts'
import { decided } from './decided.ts'
import { enqueuePictures } from './enqueue-pictures.ts'
import { openWithin, reserveRotation, type StartRequest, tokensFor } from './start-rotation.ts'

/** What to do with an open rotation that has some of the tokens. */
export const OPEN_ROTATION_CHOICES = ['raise', 'supersede'] as const
export type OpenRotationChoice = (typeof OPEN_ROTATION_CHOICES)[number]

export interface IncidentRequest extends StartRequest {
  severity: Severity
  openRotation: OpenRotationChoice | null
}

/**
 * Opens an incident. Open rotations that have some of its tokens become the incident (free tokens get a new rotation)
 * or are superseded, in one transaction: a token is never in two open rotations.
 *
 * @throws Refusal `unreadable-registry`, `empty-scope`, `token-in-open-rotation`, and as the decision `raiseToIncident`
 */
export async function openIncident(context: Context, request: IncidentRequest): Promise<Rotation> {
  const tokens = await tokensFor(context, request.scope)
  const rotation = await context.db.transaction().execute(async (tx) => {
    const taken = await findTakenSecrets(tx)
    const held = [...new Set(tokens.flatMap((token) => taken.get(token.secret) ?? []))]
    if (held.length === 0) return openWithin(context, tx, { ...request, tokens, supersedes: [] })
    // A drill never changes a real rotation.
    if (!request.openRotation || request.trigger === 'chaos-drill')
      throw new Refusal('token-in-open-rotation', { tokens: conflicts(tokens, taken), incident: true })
    return request.openRotation === 'raise'
      ? raise(
          context,
          tx,
          request,
          held,
          tokens.filter((token) => !taken.has(token.secret)),
        )
      : supersede(context, tx, request, held, tokens)
  })
  await enqueuePictures(context)
  context.outbox.wake()
  return rotation
}

const conflicts = (tokens: RotationToken[], taken: Map<string, number>) =>
  tokens.flatMap((token) => {
    const rotation = taken.get(token.secret)
    return rotation === undefined ? [] : [{ label: tokenLabel(token), rotation }]
  })

async function raise(
  context: Context,
  tx: Db,
  request: IncidentRequest,
  held: number[],
  free: RotationToken[],
): Promise<Rotation> {
  const at = context.clock.now()
  const report = { ...request, evidence: request.evidence ?? [], at }
  const raised: Rotation[] = []
  for (const id of held)
    raised.push(
      await changeWithin(
        context,
        tx,
        id,
        (rotation) => raiseToIncident(rotation, report),
        ({ after, head, names }) => [
          logEntryJob(after.id, logEntry(after, 'incident-opened', at, head, names)),
        ],
      ),
    )
  if (free.length > 0) return openWithin(context, tx, { ...request, tokens: free, supersedes: [] })
  const [first] = raised
  if (!first) throw new TypeError('nothing was raised')
  return first
}

async function supersede(
  context: Context,
  tx: Db,
  request: IncidentRequest,
  held: number[],
  tokens: RotationToken[],
): Promise<Rotation> {
  const at = context.clock.now()
  const named = `${request.reason}\nSupersedes ${held.map(rotationLabel).join(', ')}.`
  const id = await reserveRotation(context, tx, { ...request, reason: named })
  const reason = `superseded by ${shortName({ ...request, id })}: ${request.reason}`
  for (const old of held)
    await changeWithin(
      context,
      tx,
      old,
      (rotation) => abortRotation(rotation, request.by, at, reason),
      (saved, db) => decided(context, saved, 'aborted', at, db),
    )
  return openWithin(context, tx, { ...request, reason: named, id, tokens, supersedes: held })
}
