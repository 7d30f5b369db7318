import type { Instant } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { currentVersion } from '#domain/tokens/secret'
import type { CheckInput } from './check.ts'

/**
 * The current versions of an environment's tokens, as they are now: somebody may have rotated a token again since step 3, or
 * taken its new version back.
 */
export async function readVersions({ rotation, readScope }: CheckInput, environment: string) {
  const old: string[] = []
  const unread: string[] = []
  const fresh: { label: string; at: Instant }[] = []
  for (const { token, reading } of await readScope()) {
    if (token.environment !== environment) continue
    const label = tokenLabel(token)
    if (!reading.secret) unread.push(reading.problem ?? `${label}: not read`)
    else {
      const current = currentVersion(reading.secret)
      const at = current?.createdAt
      if (at === undefined) old.push(`${label} has no current version`)
      else if (token.rollback) {
        const { currentAt } = token.rollback
        if (currentAt === null) old.push(`${label} is being rolled back`)
        else if (current?.id === token.newVersionId) fresh.push({ label, at: currentAt })
        else old.push(`${label} is not on the version that it was rolled back to`)
      } else if (at < rotation.openedAt) old.push(`${label} has its old version`)
      else fresh.push({ label, at })
    }
  }
  const newest = fresh.sort((a, b) => a.at.localeCompare(b.at)).at(-1)
  return { old, unread, newest }
}
