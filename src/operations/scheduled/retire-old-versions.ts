import { findRevocations, findUnresolvedRevocations } from '#db/queries/revocations'
import { findRotation } from '#db/queries/rotations'
import { retiredByBot, retireVersions } from '#domain/revocations/retire-versions'
import type { OldVersionUse } from '#domain/revocations/retirement'
import type { Revocation } from '#domain/revocations/revocation'
import type { Rotation } from '#domain/rotation/rotation'
import { change } from '#operations/change'
import { readUses } from '#operations/readings/read-uses'
import { retirementSettings } from '#operations/readings/retirement-settings'
import { workflowDispatchJob } from '#outbox/queue/github-jobs'
import type { Context } from '#src/context'

/**
 * Retires old versions, also those of closed rotations: starts the revocation workflow for each as soon as nobody needs it, and
 * notes what the others wait for.
 */
export async function retireOldVersions(context: Context): Promise<void> {
  const rows = retiredByBot(await findUnresolvedRevocations(context.db))
  for (const [rotationId, ours] of Map.groupBy(rows, (row) => row.rotationId)) {
    try {
      const rotation = await findRotation(context.db, rotationId)
      if (rotation) await retire(context, rotation, ours)
    } catch (error) {
      context.log.error(
        { error, rotation: rotationId },
        'old versions could not be retired; the next tick tries again',
      )
    }
  }
}

async function retire(context: Context, rotation: Rotation, rows: Revocation[]): Promise<void> {
  const uses = await readUses(context, rotation, rows)
  const retirement = {
    uses: new Map([...uses].flatMap(([id, use]) => (use ? [[id, use] as const] : []))),
    environments: context.config.environments,
    settings: retirementSettings(context),
    now: context.clock.now(),
  }
  // Most ticks change nothing, and need no transaction.
  const first = retireVersions(rotation, withKnownUse(rows, uses), retirement)
  if (first.events.length === 0 && first.updated.length === 0) return
  await change(
    context,
    rotation.id,
    async (now, db) => {
      // Those that it took over are retired by the runs of their own rotation.
      const own = (await findRevocations(db, rotation.id)).filter((row) => row.rotationId === rotation.id)
      const known = withKnownUse(retiredByBot(own), uses)
      const { updated, ...decision } = retireVersions(now, known, retirement)
      return { ...decision, revocations: { updated } }
    },
    ({ events }) =>
      events.flatMap((event) =>
        event.type === 'run-requested'
          ? [workflowDispatchJob(rotation.id, event.data.kind, event.data.attempt)]
          : [],
      ),
  )
}

/** A use that was not read in this tick decides nothing: its version stays as it is until the next reading. */
const withKnownUse = (rows: Revocation[], uses: ReadonlyMap<number, OldVersionUse | null>): Revocation[] =>
  rows.filter((row) => uses.get(row.id) !== null)
