import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import {
  type ChainHead,
  type ChainVerdict,
  extendChain,
  findWitnessBreak,
  GENESIS,
} from '#domain/rotation/event-chain'
import type { Instant } from '#domain/rotation/rotation'
import {
  findChainHead,
  findCheckpoint,
  findEventsAfter,
  findHashes,
  setCheckpoint,
} from './queries/events.ts'
import type { Db, ReadDb } from './schema.ts'

/** Events in memory at a time. */
const PAGE = 500
/** A chain of more events is verified in a thread of its own: each event takes about 20 µs. */
export const LONG_CHAIN = 2_000
/** A checkpoint moves on after this many events. */
const STRIDE = 500

/**
 * Verifies the chain in pages from a verified head to its end.
 *
 * @param from from the first event where it is `GENESIS`, or no longer in the chain
 * @param witnesses heads recorded outside the database
 */
export async function verifyChain(
  db: ReadDb,
  from: ChainHead = GENESIS,
  witnesses: readonly ChainHead[] = [],
): Promise<ChainVerdict> {
  const end = await findChainHead(db)
  const known = from.count === 0 || (await findHashes(db, [from.count])).get(from.count) === from.hash
  let head = known ? from : GENESIS
  while (head.count < end.count) {
    const events = await findEventsAfter(db, head.count, { until: end.count, limit: PAGE })
    if (events.length === 0) break
    const page = extendChain(head, events)
    if (page.problem) return page
    head = page.head
    await nextTurn()
  }
  if (head.count !== end.count)
    return { head, problem: `the history ends at event ${head.count}, but ${end.count} were written` }
  if (head.hash !== end.hash) return { head, problem: `event ${head.count} was altered` }
  const heads = known ? witnesses : [from, ...witnesses]
  const hashes = await findHashes(
    db,
    heads.map(({ count }) => count),
  )
  return { head, problem: findWitnessBreak(head, heads, (count) => hashes.get(count)) }
}

/** What the thread is asked: a database, as `openDatabase` takes it, and the arguments of `verifyChain`. */
export interface ThreadRequest {
  database: string
  from: ChainHead
  witnesses: readonly ChainHead[]
}

/** As `verifyChain`, in a thread with a connection of its own, so that nobody waits for it. */
export async function verifyInThread(request: ThreadRequest): Promise<ChainVerdict> {
  const thread = new Worker(new URL('./chain-thread.ts', import.meta.url), { workerData: request })
  try {
    const [verdict] = await once(thread, 'message')
    return verdict as ChainVerdict
  } finally {
    await thread.terminate()
  }
}

/**
 * Verifies what was appended since the last checkpoint, and moves the checkpoint on.
 *
 * @param database as `openDatabase` takes it; `:memory:` is verified in this thread
 */
export async function verifyNewEvents(
  db: Db,
  { database, at, witnesses = [] }: { database: string; at: Instant; witnesses?: readonly ChainHead[] },
): Promise<ChainVerdict> {
  const from = await findCheckpoint(db)
  const { count } = await findChainHead(db)
  const isLong = count - from.count > LONG_CHAIN && database !== ':memory:'
  const verdict = isLong
    ? await verifyInThread({ database, from, witnesses })
    : await verifyChain(db, from, witnesses)
  if (verdict.problem === null && verdict.head.count - from.count >= STRIDE)
    await setCheckpoint(db, verdict.head, at)
  return verdict
}
