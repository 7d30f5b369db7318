import type { Instant, Rotation, RotationToken } from '#domain/rotation/rotation'
import { currentVersion, ownEnd, type Secret } from '#domain/tokens/secret'
import type { Check } from './check.ts'
import { perToken, rotated } from './per-token.ts'

/** Every token in scope has a current version created after the rotation began, and no pending one. */
export const newVersionCurrent: Check = {
  id: 'new-version-current',
  step: 'rotation-execution',
  title: 'New version is current',
  how: 'reads each secret’s versions',
  backs: 'tags',
  async run(input) {
    const readings = rotated(await input.readScope())
    return perToken(readings, (_: RotationToken, secret) => versionProblem(secret, input), {
      passed: `${readings.length} of ${readings.length} tokens have a new current version`,
      failed: 'not rotated',
      advice: 'Run the workflow again, or record a manual step.',
      proof: (secret) => currentVersion(secret)?.id ?? '',
    })
  },
}

function versionProblem(
  secret: Secret,
  { rotation, now }: { rotation: Rotation; now: Instant },
): string | null {
  const current = currentVersion(secret)
  if (!current) return 'has no current version'
  if (secret.versions.some((version) => version.pending)) return 'has a version that is still pending'
  if (current.createdAt < rotation.openedAt)
    return `still has version ${current.id.slice(0, 8)} from ${current.createdAt.slice(0, 10)}`
  const end = ownEnd(secret, now)
  return end === null ? null : `has a new version that ${end}`
}
