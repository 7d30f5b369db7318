import { afterEach, beforeEach, expect, it } from 'vitest'
import { findEscalations } from '#db/queries/escalations'
import { insertJobs } from '#db/queries/outbox-jobs'
import type { NewJob } from '#domain/ports/outbox-job'
import { escalationEditJob } from '#outbox/queue/on-call-jobs'
import { approvalNoticeEditJob, cardEditJob, threadLineJob } from '#outbox/queue/slack-jobs'
import { untilOutboxIsEmpty } from '#test/support/outbox'
import { eventually } from '#test/support/person'
import { completeAllSteps, escalate, signByBoth, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace()
})
afterEach(() => workspace.close())

it('of any message is followed by another edit, which shows what is true', async () => {
  const { operator, bot } = workspace
  const { db, clock, outbox, slack } = bot.context
  const label = await start(operator, { scope: ['environment:sandbox'] })
  await escalate(operator, label)
  await completeAllSteps(operator, label)
  await signByBoth(workspace, label)
  await untilOutboxIsEmpty(workspace)

  const [escalation] = await findEscalations(db, 1)
  if (!escalation) throw new Error('no escalation')
  const given: NewJob[] = [
    cardEditJob(1, 'given-up', true),
    threadLineJob(1, 'rotation-execution', 'given-up'),
    escalationEditJob(escalation, 'given-up'),
    approvalNoticeEditJob(1, 'given-up'),
  ]
  const keys = given.map(({ key }) => key)
  const before = await operator.messages()
  await insertJobs(db, given, clock.now())
  // An earlier attempt had no answer.
  await db.updateTable('outboxJobs').set({ attempts: 1, nextAt: 0 }).where('key', 'in', keys).execute()
  outbox.wake()
  const again = () =>
    db
      .selectFrom('outboxJobs')
      .select('key')
      .where('kind', '=', 'edit-again')
      .where('doneAt', 'is', null)
      .execute()
  await eventually(async () => (await again()).length === given.length, 'another edit of each')

  // What the earlier attempts sent arrives now, after the edits that succeeded.
  for (const { ts } of before)
    await slack.chat
      .update({ channel: bot.context.channelId, ts, text: 'what was true before', blocks: [] })
      .catch(() => undefined)
  await db.updateTable('outboxJobs').set({ nextAt: 0 }).where('kind', '=', 'edit-again').execute()
  outbox.wake()
  await untilOutboxIsEmpty(workspace)
  const after = await operator.messages()
  const restored = after.filter(
    ({ ts, text }, index) => before[index]?.ts === ts && text === before[index]?.text,
  )
  expect(restored.length).toBe(given.length)
}, 120_000)
