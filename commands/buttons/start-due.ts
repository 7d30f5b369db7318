import { findJobResult } from '#db/queries/job-results'
import { findNewestHolders, type PostedReminder } from '#db/queries/posted-reminders'
import { findTakenSecrets } from '#db/queries/rotations'
import { findAges } from '#db/queries/token-ages'
import { Refusal } from '#domain/rotation/refusal'
import { overdueAndFree } from '#domain/tokens/token-age'
import { loadMessageReminders } from '#read-models/message-reminders'
import type { Context } from '#src/context'
import { OVERDUE } from '#views/ids'
import { openStartModal } from '../slash/start.ts'
import type { ButtonHandler } from './button.ts'

/** The tokens that are overdue now and in no open rotation. */
async function findOverdue(context: Context) {
  const ages = await findAges(context.db, context.config.cadence['time-zone'], context.clock.now())
  const taken = await findTakenSecrets(context.db)
  return overdueAndFree(ages?.tokens ?? [], new Set(taken.keys()))
}

/** The tokens of a message that are still due and in no open rotation. @param message the key of its job */
async function findDue(context: Context, message: string) {
  const { reminders } = await loadMessageReminders(context, message)
  return reminders.flatMap((each) =>
    each.kind === 'token-due' ? each.tokens.filter((token) => token.rotation === null) : [],
  )
}

/** The open rotations of the tokens that a message named. */
async function findRotating({ db }: Context, message: string): Promise<number[]> {
  const posted = (await findJobResult(db, message)) as Partial<PostedReminder> | null | undefined
  const holders = await findNewestHolders(db, posted?.named?.flatMap(({ secrets }) => secrets) ?? [])
  const open = holders.filter(({ status }) => status !== 'complete' && status !== 'aborted')
  return [...new Set(open.map(({ rotation }) => rotation))]
}

/**
 * `start-due` on a reminder message or the App Home: opens the start form with the tokens that are still due. An old message may
 * still show the button although none is: the answer says why.
 */
export const startDue: ButtonHandler = async ({ value: reminder, user, trigger }, context) => {
  const due = async () => {
    const tokens = await (reminder === OVERDUE ? findOverdue(context) : findDue(context, reminder))
    if (tokens.length === 0)
      throw new Refusal('nothing-due', { rotations: await findRotating(context, reminder) })
    return { reminder, tokens }
  }
  await openStartModal(context, { trigger, user, reason: '', due })
}
