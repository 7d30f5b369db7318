import { findFoundRuns } from '#db/queries/found-runs'
import type { ListedRun } from '#domain/ports/systems'
import { isFollowed, isOpenRun } from '#domain/rotation/follow-run'
import { pauseBeforePoll } from '#domain/rotation/poll-pace'
import { type Instant, isRunning, type Rotation } from '#domain/rotation/rotation'
import { NotReadable } from '#domain/tokens/secret'
import type { Context } from '#src/context'

/** Machine clocks differ: a run may seem older than its request. Milliseconds. */
const CLOCK_SKEW_MS = 2 * 60_000

interface Poll {
  /** In milliseconds of a clock that nobody sets. */
  at: number
  /** By the clock of the record. */
  readAt: Instant
  /** Polls in a row that showed nothing new. */
  unchanged: number
  rotations: string
  listing: string
}

const polls = new WeakMap<Context, Poll>()

/**
 * The runs of the CI that may have changed, in one listing for all rotations. Often while something changes, and seldom while
 * nothing does.
 *
 * @returns null when it is too early to ask again, nothing needs the CI, or it cannot be read
 */
export async function pollCi(context: Context, rotations: Rotation[]): Promise<ListedRun[] | null> {
  const active = rotations.filter(
    (each) => each.status !== 'retiring' || each.runs.some((run) => isFollowed(each, run)),
  )
  if (active.length === 0) return null
  const last = polls.get(context)
  // What people or checks change is a reason to ask at once.
  const known = rotations.map(({ id, version }) => `${id}:${version}`).join(' ')
  const unchanged = last && last.rotations === known ? last.unchanged : 0
  if (last && performance.now() - last.at < pauseBeforePoll(unchanged, context.waits.betweenPolls))
    return null
  const readAt = context.clock.now()
  const poll: Poll = {
    at: performance.now(),
    readAt,
    unchanged: unchanged + 1,
    rotations: known,
    listing: '',
  }
  polls.set(context, { ...poll, readAt: last?.readAt ?? readAt, listing: last?.listing ?? '' })
  try {
    const runs = await context.ci.listRuns(await listSince(context, active, last?.readAt ?? null))
    const listing = runs.map(({ runId, runAttempt, state }) => `${runId}:${runAttempt}:${state}`).join(' ')
    polls.set(context, { ...poll, listing, unchanged: listing === last?.listing ? poll.unchanged : 0 })
    return runs
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    context.log.warn({ problem: error.message }, 'runs could not be listed; the next poll tries again')
    return null
  }
}

/** From the oldest run that may still change; the first listing reaches back to the oldest rotation. */
async function listSince(context: Context, rotations: Rotation[], last: Instant | null): Promise<Instant> {
  const opened = rotations.map(({ openedAt }) => openedAt).sort()[0] ?? context.clock.now()
  if (last === null) return earlier(opened)
  const runs = rotations.flatMap((rotation) =>
    rotation.runs.filter((run) => run.system === 'ci' && (isRunning(run) || isOpenRun(rotation, run))),
  )
  const found = (await findFoundRuns(context.db)).filter(isRunning)
  const times = [
    ...runs.flatMap(({ requestedAt, startedAt }) => [requestedAt, ...(startedAt ? [startedAt] : [])]),
    ...found.map(({ createdAt }) => createdAt),
    last,
  ].sort()
  const [oldest = last] = times
  return earlier(oldest < opened ? opened : oldest)
}

const earlier = (at: Instant): Instant => new Date(Date.parse(at) - CLOCK_SKEW_MS).toISOString()
