import type { Instant, Rotation } from '#domain/rotation/rotation'
import { isUnresolved, type Revocation, revocationDue } from './revocation.ts'

type Incident = Pick<Rotation, 'id' | 'trigger' | 'revoker' | 'disableNowBy' | 'tokens'>

/**
 * What a credential anomaly makes of the unresolved old versions of its tokens: they leaked, so they are never accepted again, an
 * extension no longer counts, and of two deadlines the earlier one does. A person's decision to disable them at once applies to them too.
 */
export function tightenRevocations(rows: Revocation[], incident: Incident, at: Instant): Revocation[] {
  if (incident.trigger !== 'credential-anomaly') return []
  return rows
    .filter((row) => isUnresolved(row) && incident.tokens.some((token) => token.secret === row.secret))
    .map((row) => ({ ...row, ...leaked(row, incident, at) }))
}

function leaked(row: Revocation, incident: Incident, at: Instant): Partial<Revocation> {
  const due = revocationDue(at, { ...incident, revoker: row.revoker })
  const isForced = incident.disableNowBy !== null && row.revoker === 'bot' && row.forcedAt === null
  return {
    leakedIn: row.leakedIn ?? incident.id,
    dueAt: due < row.dueAt ? due : row.dueAt,
    extendedUntil: null,
    ...(isForced && { forcedBy: incident.disableNowBy, forcedAt: at }),
  }
}

/**
 * The unresolved old versions of rotations that an incident supersedes: it is not complete before they are revoked, and treats them
 * as strictly as its own.
 */
export function takeOver(rows: Revocation[], incident: Incident, at: Instant): Revocation[] {
  const taken = rows.filter(isUnresolved).map((row) => ({ ...row, takenOverBy: incident.id }))
  const tightened = new Map(tightenRevocations(taken, incident, at).map((row) => [row.id, row]))
  return taken.map((row) => tightened.get(row.id) ?? row)
}
