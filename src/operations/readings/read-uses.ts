import { dependsOnUse, usedSince, type VersionUse } from '#domain/revocations/retirement'
import type { Revocation } from '#domain/revocations/revocation'
import { isOnHold } from '#domain/revocations/verified-versions'
import { revocationRuns } from '#domain/rotation/request-revocation'
import { type Instant, isRunning, latestRun, type Rotation } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { retirementSettings } from './retirement-settings.ts'

/** Between two readings of the use in one environment, by the machine's clock in milliseconds. */
const AGAIN_MS = 10_000

/** When the use was read last, by rotation, environment and start. */
const lastRead = new WeakMap<Context, Map<string, number>>()

/**
 * How the old versions of a rotation are used, for each whose retirement depends on it, by the row's id; null for one that was read
 * a moment ago.
 */
export async function readUses(
  context: Context,
  rotation: Rotation,
  rows: Revocation[],
): Promise<Map<number, VersionUse | null>> {
  const settings = retirementSettings(context)
  const wanted = rows.filter(
    (row) =>
      dependsOnUse(row, settings) &&
      !isOnHold(rotation, row, context.config.environments) &&
      !revocationRuns(rotation, row).some(isRunning),
  )
  const uses = new Map<number, VersionUse | null>()
  const groups = Map.groupBy(wanted, (row) => `${rotation.id} ${row.environment} ${usedSince(row)}`)
  for (const [key, group] of groups) {
    const [first] = group
    if (!first) continue
    const read = isDue(context, key)
      ? await readEnvironment(context, rotation, group, usedSince(first))
      : null
    for (const row of group) uses.set(row.id, read?.(row) ?? null)
  }
  return uses
}

function isDue(context: Context, key: string): boolean {
  const times = lastRead.get(context) ?? new Map<string, number>()
  lastRead.set(context, times)
  if (Date.now() - (times.get(key) ?? 0) < AGAIN_MS) return false
  times.set(key, Date.now())
  return true
}

/** Without telemetry, a smoke test after the deployment shows that agents work; it says nothing of the watch. */
async function readEnvironment(
  { telemetry }: Context,
  rotation: Rotation,
  [first]: Revocation[],
  since: Instant,
): Promise<(row: Revocation) => VersionUse> {
  if (telemetry) return () => ({ state: 'unknown', sentence: 'its use by version was not read' })
  const smoke = latestRun(rotation, 'smoke', first?.environment)
  const isInferred = smoke?.state === 'succeeded' && first?.issuer !== 'disabled'
  return () =>
    isInferred
      ? {
          state: 'unused',
          basis: 'inferred',
          sentence: `the smoke test of ${smoke?.finishedAt ?? since} passed with the new versions`,
        }
      : { state: 'unknown', sentence: 'no telemetry is connected, so its use cannot be read' }
}
