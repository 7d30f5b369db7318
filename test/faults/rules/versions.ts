import type { EventData } from '#domain/rotation/events'
import type { Evidence } from '../evidence.ts'

/** Before a run every secret has this many versions. */
const AT_FIRST = 2

/** No token was rotated more often than its rotations asked for. */
export function versionsOnce({ events, versions }: Evidence): string[] {
  const requests = events.filter(
    (event) => event.type === 'run-requested' && (event.data as EventData['run-requested']).kind === 'rotate',
  )
  return Object.entries(versions).flatMap(([secret, ids]) => {
    const made = ids.length - AT_FIRST
    return made > requests.length ? [`${secret} has ${made} new versions after ${requests.length} runs`] : []
  })
}

/** Nothing took a token from an agent that still ran on it. */
export const versionsNotTaken = ({ taken }: Evidence): string[] => taken
