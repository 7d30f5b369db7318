import { currentVersion, ownEnd, pendingVersions, type Secret } from '#domain/tokens/secret'
import type { CheckInput } from './check.ts'

/** What a secret lacks of a new current version, to follow its token's name; null when it has one. */
export function versionProblem(
  secret: Secret,
  { rotation, now }: Pick<CheckInput, 'rotation' | 'now'>,
): string | null {
  const current = currentVersion(secret)
  if (!current) return 'has no current version'
  // Where the bot revokes, it tracks one that a newer version overtook.
  const pending =
    rotation.revoker === 'bot'
      ? pendingVersions(secret)
      : secret.versions.filter((version) => version.pending)
  if (pending.length > 0) return 'has a version that is still pending'
  if (current.createdAt < rotation.openedAt)
    return `still has version ${current.id.slice(0, 8)} from ${current.createdAt.slice(0, 10)}`
  const end = ownEnd(secret, now)
  return end === null ? null : `has a new version that ${end}`
}
