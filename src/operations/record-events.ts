import { insertEffects } from '#db/queries/effects'
import { insertEvents } from '#db/queries/events'
import { findNames } from '#db/queries/people'
import { findRotation } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import type { NewEffect } from '#domain/ports/outbox-job'
import type { NewEvent } from '#domain/rotation/events'
import type { Instant } from '#domain/rotation/rotation'
import { cardEditEffect } from '#outbox/queue'
import { threadEffects } from './change.ts'

/** Appends events that change no rotation by themselves, each with its line in the thread, and redraws the cards. */
export async function recordEvents(tx: Db, events: NewEvent[], at: Instant): Promise<void> {
  if (events.length === 0) return
  const chained = await insertEvents(tx, events)
  const edits = chained.map((event) => cardEditEffect(event.rotationId, `event:${event.count}`))
  const names = await findNames(tx)
  const lines: NewEffect[] = []
  for (const event of chained) {
    const rotation = await findRotation(tx, event.rotationId)
    if (rotation) lines.push(...threadEffects([event], names, rotation))
  }
  await insertEffects(tx, [...lines, ...edits], at)
}
