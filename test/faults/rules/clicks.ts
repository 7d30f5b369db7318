import type { Evidence } from '../evidence.ts'
import type { Interaction } from '../visitor.ts'

const eventsOf = ({ events }: Evidence, { mark, types }: Interaction) =>
  events.filter(
    (event) => types.includes(event.type) && mark !== null && JSON.stringify(event.data).includes(mark),
  )

const isAccepted = ({ mark, acked, refused }: Interaction): boolean =>
  mark !== null && acked && refused === null

/** Every form that was accepted is in the history once: it is acknowledged after its transaction. */
export function clicksRecorded(evidence: Evidence): string[] {
  const sent = new Map(evidence.interactions.map((each) => [`${each.what} ${each.mark}`, each]))
  return [...sent.values()].flatMap((each) => {
    if (each.mark === null) return []
    const all = evidence.interactions.filter((other) => other.mark === each.mark && other.what === each.what)
    const times = eventsOf(evidence, each).length
    if (times > 1) return [`“${each.mark}” (${each.what}) is in the history ${times} times`]
    return times === 0 && all.some(isAccepted)
      ? [`“${each.mark}” (${each.what}) was accepted and is not in the history`]
      : []
  })
}

/** For so long the bot tries to record a refusal, in milliseconds. */
const RECORDING_MS = 60_000

/**
 * What is refused because the database cannot be written is recorded once it can: a bot that is killed before has forgotten it, and
 * a late copy is decided as if a person tried again.
 */
const isForgotten = ({ refused, to }: Interaction, { ends }: Evidence): boolean =>
  refused?.includes('The database is busy') === true &&
  ends.some(({ at }) => at >= to && at <= to + RECORDING_MS)

/** What was refused is not in the history, unless it was accepted in another copy. */
export const refusalsNotRecorded = (evidence: Evidence): string[] =>
  evidence.interactions.flatMap((each) => {
    if (each.refused === null || each.mark === null || isForgotten(each, evidence)) return []
    const copies = evidence.interactions.filter((other) => other.mark === each.mark)
    const isPlain = copies.every((other) => other.refused !== null)
    return isPlain && eventsOf(evidence, each).length > 0
      ? [`“${each.mark}” was refused and is in the history`]
      : []
  })
