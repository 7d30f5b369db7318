import { findDelegations } from '#db/queries/delegations'
import { findNames } from '#db/queries/people'
import type { MessageNow } from '#domain/reminders/answered-reminders'
import { snoozable } from '#domain/reminders/snooze'
import { sha256 } from '#domain/rotation/evidence'
import { barredStart } from '#domain/time/windows'
import { loadMessageReminders } from '#read-models/message-reminders'
import { describeRotations } from '#read-models/rotation-state'
import { windowsOf } from '#read-models/windows'
import type { Context } from '#src/context'
import type { Message } from '#views/blocks'
import { reminder } from '#views/reminder'

/** The digest of a message's content. */
export const contentDigest = ({ text, blocks }: Message): string => sha256(JSON.stringify([text, blocks]))

/** The reminders claimed under a key that still apply, and how to render a part of them with what was answered. */
export async function prepareReminders(context: Context, key: string) {
  const { db, config } = context
  const now = context.clock.now()
  const { reminders, rotations } = await loadMessageReminders(context, key)
  const compose = async ({
    pending,
    answered = [],
  }: Partial<MessageNow> & Pick<MessageNow, 'pending'>): Promise<Message> => {
    const about = new Set([
      ...pending.flatMap((each) => ('rotation' in each ? each.rotation : [])),
      ...answered.flatMap((each) => (each.kind === 'token-due' ? (each.rotation ?? []) : [])),
    ])
    return reminder({
      reminders: pending,
      answered,
      states: await describeRotations(
        context,
        db,
        rotations.filter((rotation) => about.has(rotation.id)),
      ),
      delegations: await findDelegations(db, now),
      owners: config.owners,
      onCall: config.people['on-call'],
      key,
      maySnooze: snoozable({ reminders: pending, rotations }).length > 0,
      startBarred: barredStart(windowsOf(context), now),
      names: await findNames(db),
      now,
    })
  }
  return { reminders, compose }
}
