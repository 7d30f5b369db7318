import { PAGE_AGAIN_MINUTES } from '#domain/revocations/deadline-calls'
import type { Revocation } from '#domain/revocations/revocation'
import { isClosed } from '#domain/rotation/rotation'
import { type EscalationInput, type Occurrence, outlivesRotation } from './escalation.ts'
import type { EscalationCause } from './escalation-cause.ts'

/** Why a call ended whose page was sent again: nothing is resolved by that. */
export const PAGED_AGAIN = `nobody acknowledged it within ${PAGE_AGAIN_MINUTES} minutes: paged again`

/**
 * Why a call of a cause is over, for its message, its page and the history.
 *
 * @param found the causes that are present now
 */
export function endOf(
  { cause }: { cause: EscalationCause },
  { rotation, revocations }: Pick<EscalationInput, 'rotation' | 'revocations'>,
  found: Pick<Occurrence, 'cause'>[],
): string {
  if (isClosed(rotation) && !outlivesRotation(cause)) return `the rotation was ${rotation.status}`
  const isCalledAgain = found.some((each) => each.cause === cause)
  if (isCalledAgain && cause === 'revocation-overdue') return PAGED_AGAIN
  if (isCalledAgain && cause === 'sign-off-waiting')
    return 'called again, because the deadline of old versions is near'
  return outlivesRotation(cause) ? endAtVersions(cause, revocations) : 'the problem is fixed'
}

function endAtVersions(cause: EscalationCause, revocations: Revocation[]): string {
  const waiting = revocations.filter((row) => row.state === 'waiting')
  if (cause !== 'revocation-overdue' && waiting.some((row) => row.escalatedAt !== null))
    return 'the deadline has passed: on-call is called to decide'
  if (cause === 'deployment-missing' && revocations.some(isRevokedUnverified))
    return 'the old versions were revoked before every environment was verified: agents that still use them are refused'
  if (waiting.some((row) => row.extendedUntil !== null)) return 'somebody extended the deadline'
  return 'the problem is fixed'
}

/** A version that its issuer revoked by its own date, although agents may have used it. */
const isRevokedUnverified = ({ state, revoker, verifiedAt }: Revocation): boolean =>
  state === 'proven' && revoker === 'workflow' && verifiedAt === null
