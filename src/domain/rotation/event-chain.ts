import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { NewEvent, RotationEvent } from './events.ts'

/** The newest event's number and hash, written into each log entry so that git witnesses the chain. */
export interface ChainHead {
  count: number
  hash: string
}

export const GENESIS: ChainHead = { count: 0, hash: '0'.repeat(64) }

/** SHA-256 over the previous hash and the event's canonical JSON (RFC 8785). */
export function chainHash(previousHash: string, event: NewEvent): string {
  const { type, rotationId, actor, at, data } = event
  const body = canonicalize({ type, rotationId, actor, at, data })
  return createHash('sha256')
    .update(previousHash)
    .update(body ?? '')
    .digest('hex')
}

export function chain(head: ChainHead, events: NewEvent[]): RotationEvent[] {
  let { count, hash } = head
  return events.map((event) => {
    const previousHash = hash
    hash = chainHash(previousHash, event)
    count += 1
    return { ...event, count, previousHash, hash }
  })
}

/**
 * Finds the first event at which a stored history was altered.
 * @param events the whole history in order
 * @param witnesses heads recorded outside the database; they reveal a cut tail and a complete rewrite
 * @returns null when everything agrees, else a sentence
 */
export function findChainBreak(events: RotationEvent[], witnesses: ChainHead[] = []): string | null {
  let head = GENESIS
  for (const event of events) {
    if (event.count !== head.count + 1) return `event ${head.count + 1} is missing`
    if (event.previousHash !== head.hash || event.hash !== chainHash(head.hash, event))
      return `event ${event.count} was altered`
    head = { count: event.count, hash: event.hash }
  }
  for (const witness of witnesses) {
    const event = witness.count === 0 ? GENESIS : events[witness.count - 1]
    if (!event) return `the history ends at event ${head.count}, but event ${witness.count} was witnessed`
    if (event.hash !== witness.hash) return `event ${witness.count} differs from its witness`
  }
  return null
}
