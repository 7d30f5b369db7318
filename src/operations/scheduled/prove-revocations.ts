import {
  findProofs,
  findRevocations,
  findUnresolvedRevocations,
  findWatchedRecords,
} from '#db/queries/revocations'
import {
  deadlineOf,
  isAtDate,
  isDueForRecheck,
  isOverdue,
  isUnresolved,
  overdueReason,
  type Revocation,
  recheckRevocation,
  toOldVersion,
} from '#domain/revocations/revocation'
import { type Decision, unchanged } from '#domain/rotation/decision'
import { BOT_ACTOR, type NewEvent } from '#domain/rotation/events'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import type { SecretReading } from '#domain/tokens/secret'
import { change } from '#operations/change'
import { asOfNow, readSecrets, unlessChanged } from '#operations/readings/read-secrets'
import type { Context } from '#src/context'

/**
 * Checks pending revocations, including those of closed rotations: records proof for revoked versions, and escalates
 * each overdue one once.
 *
 * @param isChosen which of the unresolved ones are checked; those whose next check is due, where it is left out
 */
export async function proveRevocations(
  context: Context,
  isChosen: (row: Revocation, now: Instant) => boolean = isDueForRecheck,
): Promise<void> {
  const now = context.clock.now()
  const unresolved = [
    ...(await findUnresolvedRevocations(context.db)),
    ...(await findWatchedRecords(context.db)),
  ]
  const rows = unresolved.filter((row) => isChosen(row, now))
  if (rows.length === 0) return
  const readings = await readRows(context, rows, isChosen === isDueForRecheck ? now : null)
  const bySecret = new Map(readings.map((reading) => [reading.name, reading]))
  for (const [rotationId, ours] of Map.groupBy(rows, (row) => row.rotationId)) {
    try {
      await updateRevocations(context, rotationId, new Set(ours.map((row) => row.id)), bySecret)
    } catch (error) {
      context.log.error(
        { error, rotation: rotationId },
        'revocations could not be updated; the next tick tries again',
      )
    }
  }
}

/**
 * Reads each secret once, because it can have versions of several rotations. One is read as it is now when it was chosen for what
 * a run did to it, at the dates of its versions, and when it could not be read the last time, so that nobody is called for what the list does not show yet. Otherwise the
 * last description will do while the list shows no change: what it shows too late is seen at the next recheck.
 */
async function readRows(context: Context, rows: Revocation[], now: Instant | null): Promise<SecretReading[]> {
  const names = (isWanted: (row: Revocation) => boolean) =>
    new Set(rows.filter(isWanted).map((row) => row.secret))
  const fresh = names(
    (row) =>
      now === null || row.problem !== null || isAtDate(row, now) || (isOverdue(row, now) && !row.escalatedAt),
  )
  const others = names(() => true).difference(fresh)
  return [
    ...(await readSecrets(context, [...fresh], asOfNow())),
    ...(await readSecrets(context, [...others], unlessChanged)),
  ]
}

async function updateRevocations(
  context: Context,
  rotationId: number,
  ids: Set<number>,
  readings: Map<string, SecretReading>,
): Promise<void> {
  const at = context.clock.now()
  // `watchEscalations` notifies on-call, as for every other cause.
  await change(context, rotationId, async (rotation, db) => {
    const known = await findRevocations(db, rotationId)
    const rows = known.filter((row) => ids.has(row.id) && (isUnresolved(row) || row.watchedUntil !== null))
    const proofs = await findProofs(db, rows)
    const { checked, ...notices } = recheck(rotation, rows, { readings, proofs }, at)
    return { ...decide(rotation, notices, at), revocations: { updated: checked } }
  })
}

interface Notices {
  disabled: Revocation[]
  restored: Revocation[]
  proven: Revocation[]
  contradicted: Revocation[]
  overdue: { row: Revocation; why: string }[]
}

/** Judges each version as the transaction reads it: another process may have resolved or escalated it already. */
function recheck(
  { runs }: Rotation,
  rows: Revocation[],
  { readings, proofs }: { readings: Map<string, SecretReading>; proofs: Map<string, string> },
  at: Instant,
): Notices & { checked: Revocation[] } {
  const found = rows.flatMap((row) => {
    const reading = readings.get(row.secret)
    if (!reading) return []
    const provenFor = proofs.get(row.versionId) ?? null
    return [{ reading, before: row, ...recheckRevocation(row, reading, at, runs, provenFor) }]
  })
  const becoming = (issuer: Revocation['issuer'], from: (before: Revocation['issuer']) => boolean) =>
    found.flatMap(({ row, before }) => (row.issuer === issuer && from(before.issuer) ? [row] : []))
  return {
    disabled: becoming('disabled', (before) => before !== 'disabled'),
    restored: becoming('live', (before) => before === 'disabled'),
    checked: found.map(({ row }) => row),
    proven: found.flatMap(({ row, notice }) => (notice === 'proven' ? [row] : [])),
    contradicted: found.flatMap(({ row, notice }) => (notice === 'contradicted' ? [row] : [])),
    overdue: found.flatMap(({ row, notice, reading }) =>
      notice === 'overdue' ? [{ row, why: overdueReason(row, reading, at) }] : [],
    ),
  }
}

function decide(
  rotation: Rotation,
  { disabled, restored, proven, contradicted, overdue }: Notices,
  at: Instant,
): Decision {
  const common = { rotationId: rotation.id, actor: BOT_ACTOR, at }
  const events: NewEvent[] = []
  if (disabled.length > 0)
    events.push({ ...common, type: 'revocation-disabled', data: { versions: disabled.map(toOldVersion) } })
  if (restored.length > 0)
    events.push({ ...common, type: 'revocation-restored', data: { versions: restored.map(toOldVersion) } })
  if (proven.length > 0) {
    const versions = proven.map((row) => ({ ...toOldVersion(row), proof: row.proof ?? '' }))
    events.push({ ...common, type: 'revocation-proven', data: { versions } })
  }
  if (contradicted.length > 0)
    events.push({
      ...common,
      type: 'revocation-contradicted',
      data: { versions: contradicted.map(toOldVersion) },
    })
  if (overdue.length > 0) {
    const versions = overdue.map(({ row, why }) => ({ ...toOldVersion(row), since: deadlineOf(row), why }))
    events.push({ ...common, type: 'revocation-overdue', data: { versions } })
  }
  return events.length > 0 ? { rotation: { ...rotation }, events } : unchanged(rotation)
}
