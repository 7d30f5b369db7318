import { releaseJobs } from '#db/queries/job-leases'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findOpenRotations } from '#db/queries/rotations'
import { findSetting, insertSetting, removeSetting } from '#db/queries/settings'
import { inTransaction } from '#db/transaction'
import { CHANNEL_PROBLEMS } from '#domain/ports/channel-obstacles'
import { type Rotation, rotationLabel } from '#domain/rotation/rotation'
import { NotReadable } from '#domain/tokens/secret'
import { directMessageJob } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { channelOutageMessage } from '#views/channel-outage'

const OUTAGE = 'channel-outage'

interface Look {
  begun: boolean
  done: Promise<void>
}

const looks = new WeakMap<Context, Look>()

/**
 * Looks whether the bot can still post in its channel. Owners and operators get one message for each outage, and the jobs
 * that wait go on when it is over. Calls while a look is under way share the next one.
 */
export function watchChannel(context: Context): Promise<void> {
  const last = looks.get(context)
  if (last && !last.begun) return last.done
  const look: Look = { begun: false, done: Promise.resolve() }
  look.done = (last?.done ?? Promise.resolve())
    .catch(() => {})
    .then(() => {
      look.begun = true
      return lookNow(context)
    })
  looks.set(context, look)
  return look.done
}

async function lookNow(context: Context): Promise<void> {
  const problem = await findObstacle(context)
  if (problem === undefined) return
  context.integrity.channelProblem = problem
  const outage = await findSetting(context.db, OUTAGE)
  if (problem !== null && outage === undefined) await begin(context, problem)
  if (problem === null && outage !== undefined) await end(context)
}

/** Undefined when Slack cannot be asked: that says nothing about the channel. */
async function findObstacle({ notices, log }: Context): Promise<string | null | undefined> {
  try {
    return await notices.findObstacle()
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    log.warn({ problem: error.message }, 'the channel could not be read')
    return undefined
  }
}

async function begin(context: Context, problem: string): Promise<void> {
  const { db, clock, config, outbox, log } = context
  const rotations = await findOpenRotations(db)
  const users = await findConcerned(context, rotations)
  const message = channelOutageMessage({
    channel: config.channel,
    problem,
    rotations: rotations.map(({ id }) => rotationLabel(id)),
  })
  const since = clock.now()
  const isNew = await inTransaction(db, async (tx) => {
    // Another process may have noticed it as well.
    if (!(await insertSetting(tx, OUTAGE, since))) return false
    const jobs = users.map((user) => directMessageJob(`channel-outage:${since}`, { user, ...message }))
    return insertJobs(tx, jobs, since).then(() => true)
  })
  if (!isNew) return
  log.error({ problem }, 'the bot cannot post in its channel')
  outbox.wake()
}

async function end({ db, outbox, log }: Context): Promise<void> {
  await inTransaction(db, async (tx) => {
    await removeSetting(tx, OUTAGE)
    await releaseJobs(tx, CHANNEL_PROBLEMS)
  })
  log.info('the bot can post in its channel again')
  outbox.wake()
}

/** The owners of open rotations and the operators; only those whom the config names where a user group cannot be read. */
async function findConcerned({ people, config, log }: Context, rotations: Rotation[]): Promise<string[]> {
  const operators = await people
    .openLists()
    .members('operators')
    .catch((error: unknown) => {
      log.warn({ error }, 'the operators could not be read')
      return config.people.operators.filter((id) => !id.startsWith('S'))
    })
  return [...new Set([...rotations.map(({ ownerId }) => ownerId), ...operators])]
}
