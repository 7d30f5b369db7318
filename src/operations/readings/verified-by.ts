import { findUnresolvedRevocations } from '#db/queries/revocations'
import type { ReadDb } from '#db/schema'
import type { Revocation } from '#domain/revocations/revocation'
import { markVerified, verifiedSince } from '#domain/revocations/verified-versions'
import type { CheckResult, Instant, Rotation } from '#domain/rotation/rotation'

/**
 * The old versions of any rotation that environments no longer need, because this rotation has verified them.
 *
 * @param results what the rotation's checks have seen
 */
export const verifiedBy = async (
  db: ReadDb,
  rotation: Rotation,
  { environments, results, at }: { environments: readonly string[]; results: CheckResult[]; at: Instant },
): Promise<Revocation[]> =>
  markVerified(
    await findUnresolvedRevocations(db),
    rotation,
    environments,
    verifiedSince(results, environments, at),
  )
