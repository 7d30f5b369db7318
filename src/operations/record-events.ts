import { insertEvents } from '#db/queries/events'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findNames } from '#db/queries/people'
import { findRotations } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import type { NewEvent } from '#domain/rotation/events'
import type { Instant } from '#domain/rotation/rotation'
import { cardEditJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { threadJobs } from './change.ts'

/** Appends events that do not change a rotation, adds their lines to the thread and redraws the cards. */
export async function recordEvents(
  context: Pick<Context, 'config'>,
  tx: Db,
  events: NewEvent[],
  at: Instant,
): Promise<void> {
  if (events.length === 0) return
  const chained = await insertEvents(tx, events)
  const edits = chained.map((event) => cardEditJob(event.rotationId, `event:${event.count}`))
  const names = await findNames(tx)
  const rotations = await findRotations(
    tx,
    chained.map((event) => event.rotationId),
  )
  const lines = chained.flatMap((event) => {
    const rotation = rotations.find((each) => each.id === event.rotationId)
    return rotation ? threadJobs(context, [event], names, rotation) : []
  })
  await insertJobs(tx, [...lines, ...edits], at)
}
