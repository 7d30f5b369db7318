import { findRevocations, findUnresolvedRevocations } from '#db/queries/revocations'
import {
  deadlineOf,
  isDueForLook,
  isUnresolved,
  lookAgain,
  overdueReason,
  type Revocation,
} from '#domain/revocations/revocation'
import { type Decision, unchanged } from '#domain/rotation/decision'
import { BOT_ACTOR, type NewEvent } from '#domain/rotation/events'
import type { Instant, Rotation } from '#domain/rotation/rotation'
import type { SecretReading } from '#domain/tokens/secret'
import { change } from '#operations/change'
import { readSecrets } from '#operations/readings/read-secrets'
import type { Context } from '#src/context'

/**
 * Looks again at the old versions that are due and not proven revoked, also of closed rotations. A version that is gone
 * is proven; one that is still there after its deadline is escalated once.
 *
 * @param which those that are due, or every unresolved one, when a person asks
 */
export async function proveRevocations(context: Context, which: 'due' | 'all' = 'due'): Promise<void> {
  const now = context.clock.now()
  const unresolved = await findUnresolvedRevocations(context.db)
  const rows = which === 'all' ? unresolved : unresolved.filter((row) => isDueForLook(row, now))
  if (rows.length === 0) return
  // A secret may hold versions of several rotations, and is read once.
  const readings = await readSecrets(context, [...new Set(rows.map((row) => row.secret))])
  const bySecret = new Map(readings.map((reading) => [reading.name, reading]))
  for (const [rotationId, ours] of Map.groupBy(rows, (row) => row.rotationId)) {
    try {
      await lookAgainAt(context, rotationId, new Set(ours.map((row) => row.id)), bySecret)
    } catch (error) {
      context.log.error(
        { error, rotation: rotationId },
        'old versions could not be looked at; the next tick tries again',
      )
    }
  }
}

async function lookAgainAt(
  context: Context,
  rotationId: number,
  ids: Set<number>,
  readings: Map<string, SecretReading>,
): Promise<void> {
  const at = context.clock.now()
  // `watchEscalations` calls on-call for what is overdue, as for every other cause.
  await change(context, rotationId, async (rotation, db) => {
    const known = await findRevocations(db, rotationId)
    const rows = known.filter((row) => ids.has(row.id) && isUnresolved(row))
    const { looked, ...news } = lookAtAll(rows, readings, at)
    return { ...decide(rotation, news, at), revocations: { updated: looked } }
  })
}

interface News {
  proven: Revocation[]
  overdue: { row: Revocation; why: string }[]
}

/** Looks at each version as the transaction reads it: another process may have resolved or escalated it already. */
function lookAtAll(
  rows: Revocation[],
  readings: Map<string, SecretReading>,
  at: Instant,
): News & { looked: Revocation[] } {
  const looks = rows.flatMap((row) => {
    const reading = readings.get(row.secret)
    return reading ? [{ reading, ...lookAgain(row, reading, at) }] : []
  })
  return {
    looked: looks.map(({ row }) => row),
    proven: looks.flatMap(({ row, news }) => (news === 'proven' ? [row] : [])),
    overdue: looks.flatMap(({ row, news, reading }) =>
      news === 'overdue' ? [{ row, why: overdueReason(row, reading, at) }] : [],
    ),
  }
}

function decide(rotation: Rotation, { proven, overdue }: News, at: Instant): Decision {
  const common = { rotationId: rotation.id, actor: BOT_ACTOR, at }
  const events: NewEvent[] = []
  if (proven.length > 0) {
    const versions = proven.map((row) => ({ ...named(row), proof: row.proof ?? '' }))
    events.push({ ...common, type: 'revocation-proven', data: { versions } })
  }
  if (overdue.length > 0) {
    const versions = overdue.map(({ row, why }) => ({ ...named(row), since: deadlineOf(row), why }))
    events.push({ ...common, type: 'revocation-overdue', data: { versions } })
  }
  return events.length > 0 ? { rotation: { ...rotation }, events } : unchanged(rotation)
}

const named = ({ agent, environment, secret, versionId }: Revocation) => ({
  agent,
  environment,
  secret,
  versionId,
})
