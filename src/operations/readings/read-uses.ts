import { findNewestVersions } from '#db/queries/newest-versions'
import { readAgentUse } from '#domain/ports/agent-use'
import { oldVersionUse } from '#domain/revocations/old-version-use'
import { dependsOnUse, mayBeDisabled, type OldVersionUse, usedSince } from '#domain/revocations/retirement'
import type { Revocation } from '#domain/revocations/revocation'
import { isOnHold } from '#domain/revocations/verified-versions'
import { revocationRuns } from '#domain/rotation/request-revocation'
import { type Instant, isRunning, latestRun, type Rotation } from '#domain/rotation/rotation'
import type { Context } from '#src/context'
import { retirementSettings } from './retirement-settings.ts'

/** When the use was read last by the machine's clock, by rotation, environment and start. */
const lastRead = new WeakMap<Context, Map<string, number>>()

/**
 * How the old versions of a rotation are used, for each whose retirement depends on it, by the row's id; null for one that was read
 * a moment ago.
 */
export async function readUses(
  context: Context,
  rotation: Rotation,
  rows: Revocation[],
): Promise<Map<number, OldVersionUse | null>> {
  const settings = retirementSettings(context)
  const wanted = rows.filter((row) => {
    const runs = revocationRuns(rotation, row)
    if (!dependsOnUse(row, runs, settings) || runs.some(isRunning)) return false
    // A disabled version is watched whatever holds it.
    return mayBeDisabled(row, runs) || !isOnHold(rotation, row, context.config.environments)
  })
  const uses = new Map<number, OldVersionUse | null>()
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
  if (Date.now() - (times.get(key) ?? 0) < context.waits.betweenUseReadings) return false
  times.set(key, Date.now())
  return true
}

/** Without telemetry, a smoke test after the deployment shows that agents work; it says nothing of the watch. */
async function readEnvironment(
  context: Context,
  rotation: Rotation,
  rows: Revocation[],
  since: Instant,
): Promise<(row: Revocation) => OldVersionUse> {
  const { telemetry, config, db, clock } = context
  const environment = rows[0]?.environment ?? ''
  if (!telemetry) return usedBySmokeTest(rotation, environment)
  const use = await readAgentUse(telemetry, config.telemetry.queries, environment, since, clock.now())
  const newest = await findNewestVersions(
    db,
    rows.map((row) => row.secret),
  )
  return (row) => {
    const isDisabled = mayBeDisabled(row, revocationRuns(rotation, row))
    return oldVersionUse({ ...row, isDisabled }, use, newest.get(row.secret) ?? row.replacedBy)
  }
}

function usedBySmokeTest(rotation: Rotation, environment: string): (row: Revocation) => OldVersionUse {
  const smoke = latestRun(rotation, 'smoke', environment)
  return ({ issuer }) =>
    smoke?.state === 'succeeded' && issuer !== 'disabled'
      ? {
          state: 'unused',
          basis: 'inferred',
          sentence: `the smoke test in ${environment} passed with the new versions; no telemetry is connected`,
        }
      : { state: 'unknown', sentence: 'no telemetry is connected, so its use cannot be read' }
}
