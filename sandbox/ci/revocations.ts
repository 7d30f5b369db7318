import { findVersion, revokeVersion } from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import type { World } from '../world.ts'

/** A scheduled revocation. */
export interface Revocation {
  secret: string
  versionId: string
  at: string
}

/** The issuer's pending revocations. */
export interface Revocations {
  schedule(revocation: Revocation): void
  revokeDue(now: Date): void
  /** Revokes a version now, as an operator of the issuer would. False when there is no such version. */
  revokeNow(secret: string, versionId: string): boolean
}

export function revocationsOf(world: World): Revocations {
  const pending = world.store.collection<Revocation>('ci.revocations')
  const idOf = (revocation: Revocation) => `${revocation.secret} ${revocation.versionId}`

  function revoke(revocation: Revocation): void {
    const secrets = secretsOf(world)
    const secret = secrets.find(revocation.secret)
    if (secret && findVersion(secret, revocation.versionId)) {
      secrets.save(revokeVersion(secret, revocation.versionId, revocation.at))
    }
    pending.delete(idOf(revocation))
  }

  return {
    schedule(revocation) {
      pending.put(idOf(revocation), revocation)
    },
    revokeDue(now) {
      if (world.faults.on('revocation-forgotten')) return
      for (const revocation of pending.all())
        if (Date.parse(revocation.at) <= now.getTime()) revoke(revocation)
    },
    revokeNow(name, versionId) {
      const secret = secretsOf(world).find(name)
      if (!secret || !findVersion(secret, versionId)) return false
      revoke({ secret: secret.name, versionId, at: world.clock.now().toISOString() })
      return true
    },
  }
}
