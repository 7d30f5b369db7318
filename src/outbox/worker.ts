import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { isTimedByMachine, sharesTasks, timeOf } from '#db/dialect'
import { type Lease, setJobLease } from '#db/queries/job-leases'
import { findJobResult } from '#db/queries/job-results'
import { type ClaimedJob, claimJobs, insertJobs, setJobDone, setJobFailed } from '#db/queries/outbox-jobs'
import type { Db } from '#db/schema'
import { inTransaction } from '#db/transaction'
import { KINDS_WITH_OPTIONAL_ROTATION, KINDS_WITHOUT_ROTATION } from '#domain/ports/outbox-job'
import type { Context, Outbox } from '#src/context'
import { watchClockSteps } from './clock-steps.ts'
import { watchHolders } from './dead-holders.ts'
import { describeFailure, type Failure, isUnpostable } from './failure.ts'
import { type Handler, type JobOf, type Outcome, Postponed } from './handler.ts'
import { HANDLERS } from './index.ts'
import { cardEditJob, GATHER_MS } from './queue/slack-jobs.ts'

const POLL_MS = 500
/** With the poll after it, a job of a process that is not seen to end is taken over within 15 s. Renewed while a job runs. */
export const LEASE_MS = 14_000
const RENEW_MS = 5_000
const LOOK_MS = 1_000
/** No bot notices that a database server's clock was set back, or that the server which took over is behind. */
const LIMIT_MS = 60_000
// What others enqueue they do themselves, unless they are busy.
const OTHERS_MS = { least: 50, spread: 200 }
const AT_ONCE = 8
/** No job waits longer, unless another system limits calls. */
const LONGEST_RETRY_MS = 5 * 60_000
const DELIVERED_POLL_MS = 100
/** Long enough for a newer bot to claim it first. */
const NEWER_BOT_MS = 2_000

export type JobOutcome = 'delivered' | 'failed'

export interface Worker extends Outbox {
  /** Names this process in its leases: `host:pid:start`. */
  holder: string
  /** Looks for jobs soon, because another process has enqueued some. */
  wakeSoon(): void
  /** When it last looked for jobs, in milliseconds of a clock that nobody sets. */
  polledAt(): number
  start(context: Context): void
  /** Takes no new jobs and waits for the running ones. @param ms at most this long, in milliseconds */
  stop(ms: number): Promise<void>
}

interface WorkerOptions {
  onJob: ((kind: string, outcome: JobOutcome) => void) | undefined
  /** Called when Slack refuses a job because the bot cannot post in a channel. */
  onUnpostable: () => void
}

/**
 * Runs queued outbox jobs. A lease keeps two processes from running the same one; jobs of a killed process are
 * claimed again when its lease expires.
 */
export function createWorker({ onJob, onUnpostable }: WorkerOptions): Worker {
  const holder = `${hostname()}:${process.pid}:${randomUUID().slice(0, 8)}`
  const leaseFromNow = (db: Db): Lease => ({ until: timeOf(db, LEASE_MS), holder })
  const releaseDead = watchHolders(holder)
  const clockSteps = watchClockSteps({ pauseMs: LONGEST_RETRY_MS, leaseMs: LEASE_MS })
  let polledAt = performance.now()
  let context: Context | undefined
  let stopping = false
  let nudge = Promise.withResolvers<void>()
  let loop: Promise<void> = Promise.resolve()
  const running = new Map<number, Promise<void>>()

  /** Lets jobs run that would only wait. Where the database cannot be used now, they do wait. */
  async function begin({ db, log }: Context): Promise<void> {
    const note = (error: unknown) => log.error({ error }, 'waiting jobs not released at the start')
    await releaseDead(db).catch(note)
    await clockSteps.limit(db).catch(note)
  }

  async function work(ctx: Context): Promise<void> {
    while (!stopping) {
      nudge = Promise.withResolvers()
      const room = AT_ONCE - running.size
      const claimed =
        room > 0 ? await claim(ctx, leaseFromNow(ctx.db), { limit: room, running: [...running.keys()] }) : []
      if (claimed) polledAt = performance.now()
      for (const job of claimed ?? []) {
        const done = runJob(job, ctx, onUnpostable)
          .then((outcome) => onJob?.(job.kind, outcome))
          .finally(() => {
            running.delete(job.id)
            nudge.resolve()
          })
        running.set(job.id, done)
      }
      // Jobs become due by a nudge, by time (a retry), or from another process.
      if (!claimed?.length) await Promise.race([nudge.promise, sleep(POLL_MS)])
    }
  }

  const timers: NodeJS.Timeout[] = []
  let wakingSoon = false

  /** @param what describes a failure, for the log */
  function repeat(ctx: Context, ms: number, what: string, work: () => Promise<void>): void {
    timers.push(setInterval(() => work().catch((error) => ctx.log.error({ error }, what)), ms))
  }

  return {
    start(ctx) {
      context = ctx
      loop = begin(ctx).then(() => work(ctx))
      repeat(ctx, RENEW_MS, 'lease not renewed', () =>
        setJobLease(ctx.db, [...running.keys()], leaseFromNow(ctx.db)),
      )
      repeat(ctx, LIMIT_MS, 'long waits not limited', () => clockSteps.limit(ctx.db))
      if (isTimedByMachine(ctx.db))
        repeat(ctx, LOOK_MS, 'due times not moved with the clock', async () => {
          if (await clockSteps.look(ctx.db)) nudge.resolve()
        })
      if (sharesTasks(ctx.db))
        repeat(ctx, LOOK_MS, 'leases of dead processes not released', async () => {
          if (await releaseDead(ctx.db)) nudge.resolve()
        })
    },
    holder,
    wakeSoon() {
      if (wakingSoon) return
      wakingSoon = true
      const wake = () => {
        wakingSoon = false
        nudge.resolve()
      }
      setTimeout(wake, OTHERS_MS.least + Math.random() * OTHERS_MS.spread).unref()
    },
    polledAt: () => polledAt,
    wake() {
      nudge.resolve()
      // For jobs that waited for newer ones.
      setTimeout(() => nudge.resolve(), GATHER_MS).unref()
    },
    async delivered(key, ms) {
      const until = performance.now() + ms
      while (context && performance.now() < until) {
        const result = await findJobResult(context.db, key)
        if (result !== undefined) return result
        await sleep(DELIVERED_POLL_MS)
      }
      return undefined
    },
    async stop(ms) {
      stopping = true
      for (const timer of timers) clearInterval(timer)
      nudge.resolve()
      await Promise.race([loop.then(() => Promise.all(running.values())), sleep(ms)])
    },
  }
}

/** @returns null when the database could not be asked */
async function claim(
  { db, log }: Context,
  lease: Lease,
  bounds: { limit: number; running: number[] },
): Promise<ClaimedJob[] | null> {
  try {
    return await claimJobs(db, timeOf(db), lease, bounds)
  } catch (error) {
    log.error({ error }, 'jobs could not be claimed')
    return null
  }
}

async function runJob(job: ClaimedJob, context: Context, onUnpostable: () => void): Promise<JobOutcome> {
  const log = context.log.child({ job: job.key, attempt: job.attempts })
  try {
    const outcome = await handle(job, context)
    await finish(job, outcome, context)
    log.debug('job done')
    return 'delivered'
  } catch (error) {
    const failure = describeFailure(error)
    // Without the stack, because an outage repeats this for hours.
    log.warn({ problem: failure.problem }, 'job failed, will retry')
    log.debug({ error }, 'why the job failed')
    await postpone(job, failure, context).catch((cause) =>
      log.error({ error: cause }, 'job could not be postponed; its lease will expire'),
    )
    if (isUnpostable(error)) onUnpostable()
    return 'failed'
  }
}

function handle(job: ClaimedJob, context: Context): Promise<Outcome> {
  const isUnbound = [...KINDS_WITHOUT_ROTATION, ...KINDS_WITH_OPTIONAL_ROTATION].some(
    (kind) => kind === job.kind,
  )
  if (job.rotationId === null && !isUnbound) throw new Error(`job ${job.key} has no rotation`)
  // The table pairs each kind with the handler of its payload. While bots are updated, a newer one may have enqueued what this one
  // does not know.
  const handler = HANDLERS[job.kind] as Handler<typeof job.kind> | undefined
  if (!handler)
    throw new Postponed('this version cannot do it, and leaves it to a bot of the newer one', NEWER_BOT_MS)
  return handler(job as JobOf<typeof job.kind>, context)
}

async function finish(job: ClaimedJob, outcome: Outcome, context: Context): Promise<void> {
  const at = context.clock.now()
  await inTransaction(context.db, async (tx) => {
    if (!(await setJobDone(tx, job, outcome.result, at))) return
    await outcome.save?.(tx)
    await insertJobs(tx, [...(outcome.follow ?? []), ...cardEditFor(job, 'delivered')], at)
  })
  context.outbox.wake()
}

async function postpone(job: ClaimedJob, failure: Failure, context: Context): Promise<void> {
  const { problem, limit, permanent, undone, pauseMs } = failure
  const at = context.clock.now()
  const limitedUntil = limit && new Date(Date.parse(at) + limit.ms).toISOString()
  const ms =
    limit?.ms ?? pauseMs ?? (permanent ? LONGEST_RETRY_MS : backoff(job.attempts, context.waits.beforeRetry))
  await inTransaction(context.db, async (tx) => {
    await setJobFailed(tx, job, { problem, limitedUntil, nextAt: timeOf(tx, ms), aside: permanent, undone })
    if (problem !== job.problem || limit) await insertJobs(tx, cardEditFor(job, 'undelivered'), at)
  })
}

/** Redraws the card, which shows undelivered jobs. Not for the card's own jobs. */
function cardEditFor(job: ClaimedJob, outcome: 'delivered' | 'undelivered') {
  const worthIt = outcome === 'undelivered' || job.problem !== null
  if (!worthIt || job.kind === 'card' || job.rotationId === null) return []
  return [cardEditJob(job.rotationId, `${outcome}:${job.id}:${randomUUID()}`)]
}

const backoff = (attempts: number, first: number): number =>
  Math.min(first * 2 ** (attempts - 1), LONGEST_RETRY_MS)
