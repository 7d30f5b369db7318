import { findRevocations } from '#db/queries/revocations'
import type { ReadDb } from '#db/schema'
import type { NewJob } from '#domain/ports/outbox-job'
import { type ReplacedVersion, toOldVersion } from '#domain/revocations/revocation'
import { leftPending, possiblyReplaced, trackReplaced } from '#domain/revocations/superseded-versions'
import { type Decision, unchanged } from '#domain/rotation/decision'
import type { NewEvent } from '#domain/rotation/events'
import { firstNewVersion } from '#domain/rotation/first-new-version'
import { observeRollbacks } from '#domain/rotation/observe-rollbacks'
import { voidApproval } from '#domain/rotation/promotion'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import { logEntry } from '#domain/rotation/rotation-log'
import { observeVersions } from '#domain/rotation/runs'
import { tokenLabel } from '#domain/tokens/scope'
import { pendingVersions, type SecretReading } from '#domain/tokens/secret'
import { type Change, type ChangeDecision, change } from '#operations/change'
import { logEntryJob } from '#outbox/queue/github-jobs'
import type { Context } from '#src/context'
import { gateOpenUntil } from '../gate-open-until.ts'
import { noteAges } from './read-ages.ts'

/**
 * Tracks the versions of secrets that could not be read when a run had ended, or that still have a pending version, and that version
 * itself, so that they are not forgotten when the rotation is closed.
 */
export async function keepUnseen(
  context: Context,
  rotationId: number,
  readings: SecretReading[],
): Promise<void> {
  const unseen = readings.filter(({ secret }) => !secret || pendingVersions(secret).length > 0)
  const secrets = unseen.flatMap(({ secret }) => secret ?? [])
  const names = unseen.map(({ name }) => name)
  const now = context.clock.now()
  await change(context, rotationId, (rotation) => ({
    ...unchanged(rotation),
    revocations: {
      added: leftPending(rotation, secrets, now),
      addedInUse: possiblyReplaced(rotation, names, now),
    },
  }))
}

/**
 * Saves what the secrets manager showed of the tokens in scope, from which the card shows progress. Each version that
 * was replaced is tracked from the same transaction on; the first one in an environment that is deployed to after the sign-offs
 * is written to the rotation log, also where the rotation was aborted.
 */
export async function observeSecrets(
  context: Context,
  rotationId: number,
  readings: SecretReading[],
): Promise<void> {
  await noteAges(context, readings)
  const secrets = readings.flatMap((reading) => reading.secret ?? [])
  const now = context.clock.now()
  const decide = async (rotation: Rotation, db: ReadDb): Promise<ChangeDecision> => {
    // A workflow goes on after its rotation was aborted, and what it replaces must be revoked all the same.
    if (rotation.status === 'complete') return unchanged(rotation)
    const observed = observeVersions(rotation, secrets)
    const { rotation: after, events } = voidIfReplaced(rotation, observed, now)
    const known = await findRevocations(db, rotationId)
    const { added, updated } = trackReplaced({ before: rotation, after }, secrets, known, now)
    const first = firstNewVersion(rotation, after, context.config.environments, now)
    const forced = forcedEvents(after, added, now)
    const back = observeRollbacks({ before: rotation, after }, secrets, known, now)
    return {
      rotation: back.rotation,
      events: [...first, ...events, ...forced, ...back.events],
      revocations: { added, updated: [...updated, ...back.updated] },
    }
  }
  await change(context, rotationId, decide, (saved) => [
    ...rotatedEntry(saved, now),
    ...voidedEntry(saved, now),
    ...rolledBackEntry(saved, now, gateOpenUntil(context.config, now)),
  ])
}

const rotatedEntry = ({ after, events, head, names }: Change, now: Instant): NewJob[] =>
  events.some((event) => event.type === 'first-version-seen')
    ? [logEntryJob(after.id, logEntry(after, 'rotated', now, head, names))]
    : []

/** What was signed is no longer so: the log says that the approval does not count, also to the promotion gate. */
const voidedEntry = ({ after, events, head, names }: Change, now: Instant): NewJob[] =>
  events.flatMap((event) =>
    event.type === 'approval-void'
      ? [logEntryJob(after.id, logEntry(after, 'withdrawn', now, head, names, { note: event.data.reason }))]
      : [],
  )

/** Names only the tokens that went back. */
const rolledBackEntry = ({ after, events, head, names }: Change, now: Instant, until: Instant): NewJob[] =>
  events.flatMap((event) => {
    if (event.type !== 'rolled-back') return []
    const secrets = event.data.versions.map((each) => each.secret)
    const tokens = after.tokens.filter((token) => secrets.includes(token.secret))
    return [logEntryJob(after.id, logEntry({ ...after, tokens }, 'rolled-back', now, head, names, { until }))]
  })

/** What a person decided for versions that leaked, before they were replaced. */
function forcedEvents(
  { id: rotationId, reason }: Rotation,
  added: ReplacedVersion[],
  at: Instant,
): NewEvent[] {
  const byPerson = Map.groupBy(
    added.filter((row) => row.forcedBy !== null),
    (row) => row.forcedBy ?? '',
  )
  return [...byPerson].map(([actor, rows]) => ({
    type: 'revocation-forced',
    rotationId,
    actor,
    at,
    data: { versions: rows.map(toOldVersion), reason },
  }))
}

/** A token that got another version while environments are promoted is not the one that was signed. */
function voidIfReplaced(before: Rotation, after: Rotation, now: Instant): Decision {
  const changed = after.tokens.find(
    (token, index) =>
      before.tokens[index]?.newVersionId !== null &&
      // It goes back to its old version, for which both roles sign again already.
      token.rollback?.currentAt !== null &&
      before.tokens[index]?.newVersionId !== token.newVersionId,
  )
  const voided = changed && voidApproval(after, `${tokenLabel(changed)} has another version`, now)
  return voided && voided.events.length > 0 ? voided : { rotation: after, events: [] }
}
