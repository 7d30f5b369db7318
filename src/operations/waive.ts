import { insertEvents } from '#db/queries/events'
import { findHomeViewers } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findNames } from '#db/queries/people'
import { findOpenRotations } from '#db/queries/rotations'
import { rotationLabel } from '#domain/rotation/rotation'
import { waivedEntry } from '#domain/rotation/rotation-log'
import { decideWaiver, type WaiverRequest } from '#domain/rotation/waiver'
import { logEntryJob } from '#outbox/queue/github-jobs'
import { cardEditJob, channelMessageJob, homeJobs } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { MESSAGE_TYPES } from '#views/ids'
import { waiverNotice } from '#views/waiver'
import { headOf } from './change.ts'
import { transact } from './interaction.ts'

/**
 * Lets releases of an environment pass the promotion gate until a time: an event, a row of the log, and a message in the channel.
 * The caller has made sure that the person holds the role.
 *
 * @throws Refusal as the decision `decideWaiver`
 */
export async function waive(context: Context, request: Omit<WaiverRequest, 'at'>): Promise<void> {
  const { config, clock } = context
  const at = clock.now()
  await transact(context, async (tx) => {
    const open = await findOpenRotations(tx)
    const waiver = decideWaiver(
      { ...request, at },
      {
        environments: config.environments.map(({ name }) => name),
        open,
        isSealed: config.signingKeys.current !== null,
      },
    )
    const events = await insertEvents(tx, [
      { type: 'waived', rotationId: null, actor: request.by, at, data: waiver },
    ])
    const recorded = { ...waiver, by: request.by, at }
    const names = await findNames(tx)
    const cause = `waived:${events[0]?.count}`
    await insertJobs(
      tx,
      [
        logEntryJob(null, waivedEntry(recorded, headOf(events), names)),
        channelMessageJob(cause, { ...waiverNotice(recorded, names), eventType: MESSAGE_TYPES.waiver }),
        ...open.map(({ id }) => cardEditJob(id, `${cause}:${rotationLabel(id)}`, true)),
        ...homeJobs(await findHomeViewers(tx, Date.now()), cause),
      ],
      at,
    )
  })
  context.outbox.wake()
}
