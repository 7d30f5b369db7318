import { findOpenEscalationsOf, moveEscalation } from '#db/queries/escalations'
import { findRevocations, setRevocation } from '#db/queries/revocations'
import { findRotations, findTakenSecrets } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import type { Escalation } from '#domain/on-call/escalation'
import { takeOver, tightenRevocations } from '#domain/revocations/tighten-revocations'
import { abortRotation } from '#domain/rotation/abort-rotation'
import { raiseToIncident, wantedBy } from '#domain/rotation/raise-to-incident'
import { Refusal } from '#domain/rotation/refusal'
import {
  type Instant,
  type Rotation,
  type RotationToken,
  rotationLabel,
  type Severity,
} from '#domain/rotation/rotation'
import { logEntry } from '#domain/rotation/rotation-log'
import { isMoreSevere, type Strictness, stricterOf } from '#domain/rotation/stricter-incident'
import { tokenLabel } from '#domain/tokens/scope'
import { logEntryJob } from '#outbox/queue/github-jobs'
import type { Context } from '#src/context'
import { shortName, TRIGGER_TITLES } from '#views/words'
import { changeWithin } from './change.ts'
import { decided } from './decided.ts'
import { enqueuePictures } from './enqueue-pictures.ts'
import { transact } from './interaction.ts'
import { openWithin, reserveRotation, type StartRequest, tokensFor } from './start-rotation.ts'

/** What to do with an open rotation that has some of the tokens. */
export const OPEN_ROTATION_CHOICES = ['raise', 'supersede'] as const
export type OpenRotationChoice = (typeof OPEN_ROTATION_CHOICES)[number]

export interface IncidentRequest extends Omit<StartRequest, 'disableNowBy'> {
  severity: Severity
  openRotation: OpenRotationChoice | null
  /** The open rotations that the form showed, by number; null for a form of an older release. */
  shown: number[] | null
  /** At a credential anomaly: disable the old versions although agents may still use them. */
  disableNow: boolean
}

/**
 * Opens an incident. Open rotations that have some of its tokens become the incident (free tokens get a new rotation)
 * or are superseded, in one transaction: a token is never in two open rotations. Only what the form showed is superseded, so
 * that a form that is sent twice, or by two people, does not abort the incident that it has just opened.
 *
 * @throws Refusal `unreadable-registry`, `empty-scope`, `token-in-open-rotation`, `opened-meanwhile`, and as the decision `raiseToIncident`
 */
export async function openIncident(context: Context, request: IncidentRequest): Promise<Rotation> {
  const tokens = await tokensFor(context, request.scope)
  const rotation = await transact(context, async (tx) => {
    const taken = await findTakenSecrets(tx)
    const held = [...new Set(tokens.flatMap((token) => taken.get(token.secret) ?? []))]
    if (held.length === 0)
      return openWithin(context, tx, { ...request, ...wantedBy(request), tokens, supersedes: [] })
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
        async (rotation, db) => {
          const decision = raiseToIncident(rotation, report)
          if (decision.events.length === 0) return decision
          const updated = tightenRevocations(await findRevocations(db, id), decision.rotation, at)
          return { ...decision, revocations: { updated } }
        },
        ({ after, head, names }) => [
          logEntryJob(after.id, logEntry(after, 'incident-opened', at, head, names)),
        ],
      ),
    )
  if (free.length > 0)
    return openWithin(context, tx, { ...request, ...wantedBy(request), tokens: free, supersedes: [] })
  const [first] = raised
  if (!first) throw new TypeError('nothing was raised')
  return first
}

/** The new rotation is as strict as the strictest that it supersedes, and takes their pages and old versions over. */
async function supersede(
  context: Context,
  tx: Db,
  request: IncidentRequest,
  held: number[],
  tokens: RotationToken[],
): Promise<Rotation> {
  const unseen = held.filter((id) => request.shown?.includes(id) === false)
  if (unseen.length > 0) throw new Refusal('opened-meanwhile', { rotations: unseen })
  const at = context.clock.now()
  const former = await findRotations(tx, held)
  const kept = stricterOf(wantedBy(request), former)
  const named = [
    request.reason,
    `Supersedes ${held.map(rotationLabel).join(', ')}.`,
    ...keptWords(request, kept),
  ]
  const opening = { ...request, ...kept, reason: named.join('\n') }
  const id = await reserveRotation(context, tx, opening, at)
  const carriedOver = await carryPagesOver(tx, former, request, id, at)
  const reason = `superseded by ${shortName({ ...kept, id })}: ${request.reason}`
  for (const old of held)
    await changeWithin(
      context,
      tx,
      old,
      (rotation) => abortRotation(rotation, request.by, at, reason),
      (saved, db) => decided(context, saved, 'aborted', at, db),
    )
  const opened = await openWithin(context, tx, { ...opening, id, at, tokens, supersedes: held, carriedOver })
  const rows = (await Promise.all(held.map((old) => findRevocations(tx, old)))).flat()
  for (const row of takeOver(rows, opened, at)) await setRevocation(tx, row, at)
  return opened
}

/** Why the rotation is stricter than what was chosen. */
function keptWords(request: IncidentRequest, kept: Strictness): string[] {
  const wanted = wantedBy(request)
  if (wanted.trigger === kept.trigger && wanted.severity === kept.severity) return []
  const words = ({ trigger, severity }: Strictness) => `${TRIGGER_TITLES[trigger]} ${severity}`
  return [`Reported as ${words(wanted)}; it stays ${words(kept)}, which is stricter.`]
}

/** A page that is more severe than the new report stays open, and belongs to the new rotation. */
async function carryPagesOver(
  tx: Db,
  former: Rotation[],
  { severity }: IncidentRequest,
  to: number,
  at: Instant,
): Promise<Escalation[]> {
  const real = former.filter((each) => each.trigger !== 'chaos-drill').map((each) => each.id)
  if (real.length === 0) return []
  const callsOf = await findOpenEscalationsOf(tx, real)
  const calls = real
    .flatMap((id) => callsOf(id))
    .filter((call) => call.cause === 'incident' && call.notifies && isMoreSevere(call.severity, severity))
  for (const call of calls) await moveEscalation(tx, call, to, at)
  return calls
}
