import { secretsOf } from '../aws/secrets.ts'
import type { World } from '../world.ts'
import { changeState } from './issuer.ts'

/** A scheduled revocation: the issuer destroys the version at this time. */
export interface Revocation {
  secret: string
  versionId: string
  at: string
}

/** The issuer's pending revocations. */
export interface Revocations {
  schedule(revocation: Revocation): void
  /** Forgets a scheduled revocation, if there is one. */
  unschedule(secret: string, versionId: string): void
  revokeDue(now: Date): void
  /** Revokes a version now, as an operator of the issuer would. False when there is no such version. */
  revokeNow(secret: string, versionId: string): boolean
}

export function revocationsOf(world: World): Revocations {
  const pending = world.store.collection<Revocation>('ci.revocations')
  const idOf = (secret: string, versionId: string) => `${secret} ${versionId}`

  function revoke({ secret, versionId, at }: Revocation): boolean {
    const result = changeState(world, secret, versionId, { state: 'destroyed', at })
    pending.delete(idOf(secret, versionId))
    return 'change' in result
  }

  return {
    schedule(revocation) {
      pending.put(idOf(revocation.secret, revocation.versionId), revocation)
    },
    unschedule: (secret, versionId) => pending.delete(idOf(secret, versionId)),
    revokeDue(now) {
      if (world.faults.on('revocation-forgotten')) return
      for (const revocation of pending.all())
        if (Date.parse(revocation.at) <= now.getTime()) revoke(revocation)
    },
    revokeNow(name, versionId) {
      const secret = secretsOf(world).find(name)
      const at = world.clock.now().toISOString()
      return secret !== undefined && revoke({ secret: secret.name, versionId, at })
    },
  }
}
