import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { SlackError } from '@slack/web-api'
import { findEffectResult } from '#db/queries/effect-results'
import {
  type ClaimedEffect,
  claimEffects,
  insertEffects,
  releaseLeases,
  setEffectDone,
  setEffectFailed,
  setEffectLease,
} from '#db/queries/effects'
import { KINDS_OF_ANY_ROTATION, KINDS_OF_NO_ROTATION } from '#domain/ports/outbox-job'
import { Undeliverable } from '#domain/ports/pager'
import { describeSlackError } from '#integrations/slack/slack-errors'
import type { Context, Outbox } from '#src/context'
import type { EffectOf, Handler, Outcome } from './handler.ts'
import { HANDLERS } from './index.ts'
import { cardEditEffect } from './queue.ts'

const HOLDER = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`
const POLL_MS = 500
// Short, because a killed process's effects wait for it; renewed while one takes longer.
const LEASE_MS = 15_000
const RENEW_MS = 5_000
const AT_ONCE = 8
const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 5 * 60_000
const SETTLED_POLL_MS = 100

export interface Worker extends Outbox {
  start(context: Context): void
  /** Takes no new effects and waits for the running ones. @param ms at most this long, in milliseconds */
  stop(ms: number): Promise<void>
}

/**
 * Carries out what committed changes owe. Effects are claimed by a row with a lease, so that several processes
 * never do the same at once, and a killed one's are taken up again when its lease has run out.
 */
export function createWorker(): Worker {
  let context: Context | undefined
  let stopping = false
  let nudge = Promise.withResolvers<void>()
  let loop: Promise<void> = Promise.resolve()
  const running = new Map<number, Promise<void>>()

  async function work(ctx: Context): Promise<void> {
    while (!stopping) {
      nudge = Promise.withResolvers()
      const room = AT_ONCE - running.size
      const claimed = room > 0 ? await claim(ctx, room, [...running.keys()]) : []
      for (const effect of claimed) {
        const done = carryOut(effect, ctx).finally(() => {
          running.delete(effect.id)
          nudge.resolve()
        })
        running.set(effect.id, done)
      }
      // Something to do may come by a nudge, by time (a retry), or from another process.
      if (claimed.length === 0) await Promise.race([nudge.promise, sleep(POLL_MS)])
    }
  }

  const renewal = async (ctx: Context) => {
    await setEffectLease(ctx.db, [...running.keys()], leaseFromNow())
  }
  let renewing: NodeJS.Timeout | undefined

  return {
    start(ctx) {
      context = ctx
      loop = releaseLeases(ctx.db, isGone).then(() => work(ctx))
      renewing = setInterval(
        () => renewal(ctx).catch((error) => ctx.log.error({ error }, 'lease not renewed')),
        RENEW_MS,
      )
    },
    wake: () => nudge.resolve(),
    async settled(key, ms) {
      const until = Date.now() + ms
      while (context && Date.now() < until) {
        const result = await findEffectResult(context.db, key)
        if (result !== undefined) return result
        await sleep(SETTLED_POLL_MS)
      }
      return undefined
    },
    async stop(ms) {
      stopping = true
      clearInterval(renewing)
      nudge.resolve()
      await Promise.race([loop.then(() => Promise.all(running.values())), sleep(ms)])
    },
  }
}

/** Whether a lease's holder ran on this machine and runs no more; others' leases run out by themselves. */
function isGone(holder: string): boolean {
  const [host, pid] = holder.split(':')
  if (host !== hostname() || holder === HOLDER) return false
  // In a container every process has the same number: an older one with ours is gone.
  if (Number(pid) === process.pid) return true
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    // Anything else, such as another account's process, is no proof.
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

async function claim(context: Context, limit: number, running: number[]): Promise<ClaimedEffect[]> {
  try {
    return await claimEffects(context.db, Date.now(), leaseFromNow(), { limit, running })
  } catch (error) {
    context.log.error({ error }, 'effects could not be claimed')
    return []
  }
}

const leaseFromNow = () => ({ until: Date.now() + LEASE_MS, holder: HOLDER })

async function carryOut(effect: ClaimedEffect, context: Context): Promise<void> {
  const log = context.log.child({ effect: effect.key, attempt: effect.attempts })
  try {
    const outcome = await handle(effect, context)
    await finish(effect, outcome, context)
    log.debug('effect done')
  } catch (error) {
    const failure = describeFailure(error)
    // An outage repeats the same for hours: the stack is for whoever looks closer.
    log.warn({ problem: failure.problem }, 'effect failed, it is tried again')
    log.debug({ error }, 'why the effect failed')
    await postpone(effect, failure, context).catch((cause) =>
      log.error({ error: cause }, 'effect could not be postponed; its lease runs out'),
    )
  }
}

function handle(effect: ClaimedEffect, context: Context): Promise<Outcome> {
  const isUnbound = [...KINDS_OF_NO_ROTATION, ...KINDS_OF_ANY_ROTATION].some((kind) => kind === effect.kind)
  if (effect.rotationId === null && !isUnbound) throw new Error(`effect ${effect.key} has no rotation`)
  // The table pairs each kind with the handler of its payload.
  const handler = HANDLERS[effect.kind] as Handler<typeof effect.kind>
  return handler(effect as EffectOf<typeof effect.kind>, context)
}

async function finish(effect: ClaimedEffect, outcome: Outcome, context: Context): Promise<void> {
  const at = context.clock.now()
  await context.db.transaction().execute(async (tx) => {
    if (!(await setEffectDone(tx, effect, outcome.result))) return
    await outcome.save?.(tx)
    await insertEffects(tx, [...(outcome.follow ?? []), ...cardNews(effect, 'delivered')], at)
  })
  context.outbox.wake()
}

async function postpone(effect: ClaimedEffect, failure: Failure, context: Context): Promise<void> {
  const { problem, retryAfterMs, lasting } = failure
  const ms = retryAfterMs ?? (lasting ? LONGEST_RETRY_MS : backoff(effect.attempts))
  await context.db.transaction().execute(async (tx) => {
    await setEffectFailed(tx, effect, { problem, nextAt: Date.now() + ms, aside: lasting })
    if (effect.attempts === 1) await insertEffects(tx, cardNews(effect, 'undelivered'), context.clock.now())
  })
}

/** The card says what is not delivered yet, and no longer says so afterwards; it cannot tell of itself. */
function cardNews(effect: ClaimedEffect, news: 'delivered' | 'undelivered') {
  const worthIt = news === 'undelivered' || effect.attempts > 1
  if (!worthIt || effect.kind === 'card' || effect.rotationId === null) return []
  return [cardEditEffect(effect.rotationId, `${news}:${effect.id}`)]
}

const backoff = (attempts: number): number => Math.min(FIRST_RETRY_MS * 2 ** (attempts - 1), LONGEST_RETRY_MS)

interface Failure {
  /** A sentence for the card. */
  problem: string
  /** When the other system wants to be asked again, if it said so. */
  retryAfterMs: number | null
  /** Trying again will not help before somebody has mended something. */
  lasting: boolean
}

function describeFailure(error: unknown): Failure {
  if (error instanceof SlackError) return describeSlackError(error)
  if (error instanceof Undeliverable) {
    const { message: problem, retryAfterMs, lasting } = error
    return { problem, retryAfterMs, lasting }
  }
  return {
    problem: error instanceof Error ? error.message : String(error),
    retryAfterMs: null,
    lasting: false,
  }
}
