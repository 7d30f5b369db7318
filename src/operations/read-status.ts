import { findUnsettledRevocations } from '#db/queries/revocations'
import { findOpenRotations } from '#db/queries/rotations'
import { findSetting } from '#db/queries/settings'
import type { TokenAge } from '#rotation/cadence'
import type { Revocation } from '#rotation/revocation'
import { GONE_SETTING, type GoneRoles, goneRoles } from '#rotation/role-holders'
import type { Role } from '#rotation/rotation'
import { compareTokens } from '#rotation/scope'
import { currentVersion } from '#rotation/secret'
import type { Context } from '#src/context'
import { describeRotation } from '#src/load-state'
import type { RotationState } from '#views/state'
import { refreshRegistry } from './read-registry.ts'
import { readSecrets } from './read-secrets.ts'

export interface Status {
  tokens: TokenAge[]
  rotations: RotationState[]
  /** Old versions of any rotation that are not settled. */
  revocations: Revocation[]
  /** Roles whose every holder's account is gone. */
  gone: Role[]
  /** Why the registry is not the newest, if so. */
  problem: string | null
}

/**
 * Reads how old every token's current version is, from the secrets manager, and what is open.
 *
 * @throws Refusal `unreadable-registry`
 */
export async function readStatus(context: Context): Promise<Status> {
  const { tokens, problem } = await refreshRegistry(context)
  const sorted = [...tokens].sort(compareTokens)
  const readings = await readSecrets(
    context,
    sorted.map((token) => token.secret),
  )
  const ages = sorted.map((token, index): TokenAge => {
    const reading = readings[index]
    const current = reading?.secret ? currentVersion(reading.secret) : undefined
    return {
      agent: token.agent,
      environment: token.environment,
      secret: token.secret,
      cadenceDays: token.cadenceDays ?? context.config.cadence.days,
      currentSince: current?.createdAt ?? null,
      problem: current ? null : (reading?.problem ?? 'the secret has no current version'),
    }
  })
  const open = await findOpenRotations(context.db)
  const rotations = await Promise.all(open.map((rotation) => describeRotation(context, context.db, rotation)))
  const revocations = await findUnsettledRevocations(context.db)
  const gone = goneRoles((await findSetting<GoneRoles>(context.db, GONE_SETTING)) ?? {})
  return { tokens: ages, rotations, revocations, gone: gone.map(({ role }) => role), problem }
}
