import type { CheckDefinition } from '#domain/rotation/checks'
import type { Decision } from '#domain/rotation/decision'
import { Refusal } from '#domain/rotation/refusal'
import type { Exception, Instant, Rotation } from '#domain/rotation/rotation'
import { deadlineOf, type Revocation, toOldVersion } from './revocation.ts'
import { EXTENDED_AT_MOST_DAYS } from './revocation-deadline.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** A person's decision that old versions live on. */
export interface Extension {
  /** From now on; whole hours. */
  hours: number
  reason: string
  by: string
  at: Instant
}

/** The versions whose deadline can be extended; never one that leaked. */
export const extendable = (rows: Revocation[]): Revocation[] =>
  rows.filter((row) => row.revoker === 'bot' && row.state === 'waiting' && row.leakedIn === null)

/** The latest time to which a version's deadline can be extended. */
const latestOf = ({ replacedAt }: Revocation): Instant =>
  new Date(Date.parse(replacedAt) + EXTENDED_AT_MOST_DAYS * DAY).toISOString()

/**
 * Extends the deadline of every old version of a rotation, at most to seven days after its replacement. It is an exception from
 * the runbook's 24 hours, and recorded as one.
 *
 * @param known every version that the rotation replaced
 * @param check the one that verifies the revocation; the exception overrides it
 * @throws Refusal `nothing-to-extend`, `reason-missing`, `not-hours`, `extension-too-short`, `extension-too-long`
 */
export function extendRevocation(
  rotation: Rotation,
  known: Revocation[],
  { hours, reason, by, at }: Extension,
  check: Pick<CheckDefinition, 'id' | 'step' | 'title'>,
): { decision: Decision; updated: Revocation[] } {
  const open = extendable(known)
  if (open.length === 0) throw new Refusal('nothing-to-extend', { rotation: rotation.id })
  if (reason.trim() === '') throw new Refusal('reason-missing', {})
  if (!Number.isInteger(hours) || hours < 1) throw new Refusal('not-hours', {})
  const until = new Date(Date.parse(at) + hours * HOUR).toISOString()
  const latest = open.map(latestOf).sort()[0] ?? at
  if (until > latest) throw new Refusal('extension-too-long', { latest, days: EXTENDED_AT_MOST_DAYS })
  const present = open.map(deadlineOf).sort().at(-1) ?? at
  if (until <= present) throw new Refusal('extension-too-short', { deadline: present })
  const exception: Exception = {
    check: check.id,
    step: check.step,
    title: check.title,
    what: `Deadline extended to ${until}: ${reason}`,
    commands: '',
    proof: [],
    by,
    at,
    doneAt: null,
    round: rotation.round,
  }
  return {
    decision: {
      rotation: { ...rotation, exceptions: [...rotation.exceptions, exception] },
      events: [
        {
          type: 'revocation-extended',
          rotationId: rotation.id,
          actor: by,
          at,
          data: { versions: open.map(toOldVersion), until, reason },
        },
      ],
    },
    // On-call is called again at the new deadline.
    updated: open.map((row) => ({ ...row, extendedUntil: until, escalatedAt: null })),
  }
}
