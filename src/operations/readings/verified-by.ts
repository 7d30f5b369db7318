import { findUnresolvedRevocations } from '#db/queries/revocations'
import type { ReadDb } from '#db/schema'
import type { Revocation } from '#domain/revocations/revocation'
import { markVerified } from '#domain/revocations/verified-versions'
import type { Instant, Rotation } from '#domain/rotation/rotation'

/** The old versions of any rotation that environments no longer need, because this rotation has verified them. */
export const verifiedBy = async (
  db: ReadDb,
  rotation: Rotation,
  environments: readonly string[],
  at: Instant,
): Promise<Revocation[]> => markVerified(await findUnresolvedRevocations(db), rotation, environments, at)
