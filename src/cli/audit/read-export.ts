import { findCurrentChecks } from '#db/queries/checks'
import { findRotationEvents } from '#db/queries/events'
import { findNames } from '#db/queries/people'
import { findRevocations } from '#db/queries/revocations'
import { findRotation } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { RECORDED, recordContent } from '#domain/rotation/record-digests'
import { isClosed, rotationLabel } from '#domain/rotation/rotation'

/** What the database holds of a rotation, for an export; null where there is none. */
export async function readExport(db: Db, id: number) {
  const rotation = await findRotation(db, id)
  if (!rotation) return null
  const jobs = await db
    .selectFrom('outboxJobs')
    .select('payloadJson')
    .where('rotationId', '=', id)
    .where('kind', '=', 'sign-off-record')
    .orderBy('id')
    .execute()
  return {
    rotation,
    label: rotationLabel(id),
    open: !isClosed(rotation),
    events: await findRotationEvents(db, id),
    records: jobs.map(({ payloadJson }) => {
      const { digest, json } = JSON.parse(payloadJson) as { digest: string; json: string }
      return { digest, json }
    }),
    contents: Object.fromEntries(RECORDED.map((table) => [table, recordContent(table, rotation)])),
    checks: await findCurrentChecks(db, rotation),
    revocations: await findRevocations(db, id),
    names: await findNames(db),
  }
}

export type ExportedRotation = NonNullable<Awaited<ReturnType<typeof readExport>>>
