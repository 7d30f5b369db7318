import { findChainBreak } from '#domain/rotation/event-chain'
import type { Evidence } from '../evidence.ts'

const orNone = (sentence: string | null): string[] => (sentence === null ? [] : [sentence])

/** Every event's hash is that of the events before it. */
export const chainIntact = ({ events }: Evidence): string[] => orNone(findChainBreak(events))

/** Every row of the log names an event of this history. */
export const logWitnessesHistory = ({ events, logRows }: Evidence): string[] =>
  logRows.flatMap(({ rotation, event, head }) => {
    if (!head) return [`the row ${rotation} ${event} has no head`]
    return events[head.count - 1]?.hash === head.hash
      ? []
      : [`the row ${rotation} ${event} names another history`]
  })
