import { createHash } from 'node:crypto'
import { canonicalJson } from '#domain/canonical-json'
import type { Chained, NewDatabaseEvent, NewEvent } from './events.ts'
import type { RecordDigests } from './record-digests.ts'

/** The newest event's number and hash, written into each log entry so that git witnesses the chain. */
export interface ChainHead {
  count: number
  hash: string
}

export const GENESIS: ChainHead = { count: 0, hash: '0'.repeat(64) }

/** SHA-256 over the previous hash and the event's canonical JSON (RFC 8785). */
export function chainHash(
  previousHash: string,
  event: (NewEvent | NewDatabaseEvent) & { record?: RecordDigests | null },
): string {
  const { type, rotationId, actor, at, data, record } = event
  const body = canonicalJson({ type, rotationId, actor, at, data, ...(record && { record }) })
  return createHash('sha256').update(previousHash).update(body).digest('hex')
}

/** Appends events to a chain. @param record of the newest */
export function chain<Event extends NewEvent | NewDatabaseEvent>(
  head: ChainHead,
  events: Event[],
  record: RecordDigests | null = null,
): (Event & Chained)[] {
  let { count, hash } = head
  return events.map((given, index) => {
    const event = { ...given, record: index === events.length - 1 ? record : null }
    const previousHash = hash
    hash = chainHash(previousHash, event)
    count += 1
    return { ...event, count, previousHash, hash }
  })
}

type AnyEvent = (NewEvent | NewDatabaseEvent) & Chained

/** What verifying a chain found: its newest event, and a sentence where it was altered. */
export interface ChainVerdict {
  head: ChainHead
  problem: string | null
}

/** Verifies the events that follow a head, in order. */
export function extendChain(from: ChainHead, events: readonly AnyEvent[]): ChainVerdict {
  let head = from
  for (const event of events) {
    if (event.count !== head.count + 1) return { head, problem: `event ${head.count + 1} is missing` }
    if (event.previousHash !== head.hash || event.hash !== chainHash(head.hash, event))
      return { head, problem: `event ${event.count} was altered` }
    head = { count: event.count, hash: event.hash }
  }
  return { head, problem: null }
}

/**
 * Compares a verified chain with heads that were recorded elsewhere; they reveal a cut tail and a complete rewrite.
 *
 * @param hashOf of an event by its number
 * @returns null when all agree, else a sentence
 */
export function findWitnessBreak(
  head: ChainHead,
  witnesses: readonly ChainHead[],
  hashOf: (count: number) => string | undefined,
): string | null {
  for (const { count, hash } of witnesses) {
    const own = count === 0 ? GENESIS.hash : hashOf(count)
    if (own === undefined) return `the history ends at event ${head.count}, but event ${count} was witnessed`
    if (own !== hash) return `event ${count} differs from its witness`
  }
  return null
}

/** As `extendChain` and `findWitnessBreak`, for a whole history in memory. */
export function findChainBreak(
  events: readonly AnyEvent[],
  witnesses: readonly ChainHead[] = [],
): string | null {
  const { head, problem } = extendChain(GENESIS, events)
  return problem ?? findWitnessBreak(head, witnesses, (count) => events[count - 1]?.hash)
}
