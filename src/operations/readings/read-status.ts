import { findUnresolvedRevocations } from '#db/queries/revocations'
import { findOpenRotations } from '#db/queries/rotations'
import { findSetting } from '#db/queries/settings'
import { VACANT_ROLES_SETTING, type VacantRoles, vacantRoles } from '#domain/approvers/role-holders'
import type { Revocation } from '#domain/revocations/revocation'
import type { Role } from '#domain/rotation/rotation'
import type { TokenAge } from '#domain/tokens/token-age'
import { loadPictures, shownPictures } from '#read-models/pictures'
import { describeRotations } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import type { ShownPictures } from '#views/pictures/picture'
import type { RotationState } from '#views/state'
import { readAges } from './read-ages.ts'

export interface Status {
  tokens: TokenAge[]
  rotations: RotationState[]
  /** Those that are uploaded to Slack already. */
  pictures: ShownPictures
  /** Unresolved old versions of any rotation. */
  revocations: Revocation[]
  /** Roles all of whose holders are deactivated. */
  vacant: Role[]
  /** Why the registry is not the newest, if so. */
  problem: string | null
}

/**
 * Reads how old every token's current version is, from the secrets manager, and what is open.
 *
 * @throws Refusal `unreadable-registry`
 */
export async function readStatus(context: Context): Promise<Status> {
  const { tokens, problem } = await readAges(context)
  const open = await findOpenRotations(context.db)
  const rotations = await describeRotations(context, context.db, open)
  const pictures = shownPictures(await loadPictures(context))
  const revocations = await findUnresolvedRevocations(context.db)
  const vacant = vacantRoles((await findSetting<VacantRoles>(context.db, VACANT_ROLES_SETTING)) ?? {})
  return { tokens, rotations, pictures, revocations, vacant: vacant.map(({ role }) => role), problem }
}
