import { findHomeViewers } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findOpenRotations } from '#db/queries/rotations'
import { isIncident } from '#domain/rotation/rotation'
import { cardEditJob, homeJobs } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'

/** Redraws cards and App Homes every minute while an incident is open, to update its elapsed time. */
export async function refreshIncidents(context: Context): Promise<void> {
  const now = context.clock.now()
  const minute = now.slice(0, 16)
  const incidents = (await findOpenRotations(context.db)).filter(isIncident)
  const edits = incidents.map((rotation) => cardEditJob(rotation.id, `minute:${minute}`))
  if (edits.length === 0) return
  const viewers = await findHomeViewers(context.db, Date.now())
  await insertJobs(context.db, [...edits, ...homeJobs(viewers, `minute:${minute}`)], now)
  context.outbox.wake()
}
