import { setTimeout as sleep } from 'node:timers/promises'
import { findEscalation, setPage } from '#db/queries/escalations'
import { findJobAttempts } from '#db/queries/job-results'
import { findMessage } from '#db/queries/messages'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findNames } from '#db/queries/people'
import { findSetting, removeSetting, setSetting } from '#db/queries/settings'
import { inTransaction } from '#db/transaction'
import type { Escalation } from '#domain/on-call/escalation'
import type { NewJob } from '#domain/ports/outbox-job'
import { Undeliverable } from '#domain/ports/pager'
import { findOnCall } from '#integrations/slack/on-call'
import { loadState } from '#read-models/rotation-state'
import type { Context } from '#src/context'
import { MESSAGE_TYPES } from '#views/ids'
import { onCallMessage, outageMessage, outageResolved, pageFor } from '#views/page'
import type { RotationState } from '#views/state'
import type { Handler, JobOf, Outcome } from './handler.ts'
import { escalationEditJob, pageJob, pageResolvedAgainJob } from './queue/on-call-jobs.ts'
import { cardEditJob, channelMessageJob, directMessageJob, threadMessageJob } from './queue/slack-jobs.ts'

/**
 * Sends an event to the pager, whose key deduplicates repeats. Without a pager each person on call gets a direct
 * message.
 */
export const handlePage: Handler<'page'> = async (job, context) => {
  const escalation = await findEscalation(context.db, job.payload.escalation)
  if (!escalation) throw new Error(`no escalation ${job.payload.escalation}`)
  const { action } = job.payload
  // Resolved while the pager was unavailable: no page is needed.
  if (action === 'trigger' && escalation.resolvedAt) return { result: { skipped: 'already resolved' } }
  const { pager } = context
  if (!pager) return action === 'trigger' ? messageOnCall(escalation, context) : {}
  try {
    if (action === 'trigger') {
      const page = await compose(escalation, context)
      // Waiting for the card takes its time.
      const now = await findEscalation(context.db, escalation.id)
      if (now?.resolvedAt) return { result: { skipped: 'already resolved' } }
      await pager.send(page)
    } else await pager.send({ action, key: escalation.pageKey })
  } catch (error) {
    if (error instanceof Undeliverable && action === 'trigger')
      await announceOutage(escalation, error, context)
    throw error
  }
  return delivered(job, escalation, await resolveAgain(job, escalation, context), context)
}

const CARD_WITHIN_MS = 10_000
const CARD_POLL_MS = 200

/** The page links to the card, which is being posted at the same time. Waits at most 10 s for the card. */
async function compose(escalation: Escalation, context: Context) {
  const { rotationId } = escalation
  const until = performance.now() + CARD_WITHIN_MS
  while (
    rotationId !== null &&
    performance.now() < until &&
    !(await findMessage(context.db, rotationId, 'card'))
  )
    await sleep(CARD_POLL_MS)
  const state = await stateOf(escalation, context)
  const names = await findNames(context.db)
  return pageFor(escalation, state, names, context.config.repository.name)
}

const stateOf = async (
  { rotationId }: Escalation,
  context: Pick<Context, 'config' | 'db'>,
): Promise<RotationState | null> =>
  rotationId === null ? null : ((await loadState(context, context.db, rotationId)) ?? null)

const STATES = { trigger: 'triggered', acknowledge: 'acknowledged', resolve: 'resolved' } as const

/**
 * An attempt to page that was given up may reach the pager after the page was resolved, and would open it again. Nothing is asked
 * of the pager, which may know several alerts of one key.
 */
async function resolveAgain(
  job: JobOf<'page'>,
  escalation: Escalation,
  { db, waits }: Context,
): Promise<NewJob[]> {
  if (job.key !== pageJob(escalation, 'resolve').key) return []
  const attempts = await findJobAttempts(db, pageJob(escalation, 'trigger').key)
  return attempts > 1 ? [pageResolvedAgainJob(escalation, waits.forLatePage)] : []
}

async function delivered(
  job: JobOf<'page'>,
  escalation: Escalation,
  further: NewJob[],
  context: Context,
): Promise<Outcome> {
  const { action } = job.payload
  const outage = await findSetting<Outage>(context.db, OUTAGE)
  const edits = [escalationEditJob(escalation, job.key)]
  if (escalation.rotationId !== null) edits.push(cardEditJob(escalation.rotationId, job.key))
  return {
    async save(tx) {
      await setPage(tx, escalation.id, { state: STATES[action] })
      if (outage) await removeSetting(tx, OUTAGE)
    },
    follow: [
      ...edits,
      ...further,
      ...(outage ? [say(escalation, `over:${outage.since}`, outageResolved())] : []),
    ],
  }
}

const OUTAGE = 'pager-outage'

interface Outage {
  since: string
}

/** Warns once about an outage of the pager, however many pages wait. */
async function announceOutage(escalation: Escalation, error: Undeliverable, context: Context): Promise<void> {
  const at = context.clock.now()
  await inTransaction(context.db, async (tx) => {
    if (await findSetting<Outage>(tx, OUTAGE)) return
    await setSetting(tx, OUTAGE, { since: at } satisfies Outage)
    const onCall = context.config.people['on-call']
    const message = outageMessage(
      escalation,
      await stateOf(escalation, { config: context.config, db: tx }),
      error.message,
      onCall,
    )
    await insertJobs(tx, [say(escalation, `since:${at}`, message)], at)
  })
  context.outbox.wake()
}

function say({ rotationId }: Escalation, cause: string, message: { text: string; blocks: object[] }) {
  const eventType = MESSAGE_TYPES.escalation
  return rotationId === null
    ? channelMessageJob(`pager-outage:${cause}`, { ...message, eventType })
    : threadMessageJob(rotationId, `pager-outage:${cause}`, { ...message, eventType, broadcast: true })
}

/** One message per person: its key contains the person and the escalation. */
async function messageOnCall(escalation: Escalation, context: Context): Promise<Outcome> {
  const { people, members } = await findOnCall(context)
  const state = await stateOf(escalation, context)
  const message = onCallMessage(escalation, state, await findNames(context.db), context.clock.now())
  const notified = people.length > 0 ? people : members
  const eventType = MESSAGE_TYPES.escalation
  return {
    result: { notified },
    follow: notified.map((user) =>
      directMessageJob(`escalation:${escalation.id}`, { user, ...message, eventType }, escalation.rotationId),
    ),
  }
}
