import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertJobs } from '#db/queries/outbox-jobs'
import { threadMessageJob } from '#outbox/queue/slack-jobs'
import { wordsOf } from '#test/support/person'
import { completeStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

let workspace: Workspace
beforeAll(async () => {
  workspace = await openWorkspace()
})
afterAll(() => workspace.close())

const cards = async () =>
  (await workspace.operator.messages()).filter((each) => each.metadata?.event_type === 'rotation_card')

it('posts a new card when Slack refuses edits, and links it from the old thread', async () => {
  const label = await start(workspace.operator, { scope: ['environment:staging'] })
  const old = await workspace.operator.card(label)
  workspace.sandbox.world.faults.set('slack-messages-locked', true)
  await completeStep(workspace.operator, label, 'inventory-review')
  await expect.poll(async () => (await cards()).length, { timeout: 10_000 }).toBeGreaterThan(1)
  workspace.sandbox.world.faults.set('slack-messages-locked', false)
  await expect
    .poll(async () => wordsOf(await workspace.operator.thread(old.ts)), { timeout: 10_000 })
    .toContain('can no longer be edited')
})

describe('a card that a person deleted', () => {
  const remove = (ts: string) => {
    const { channelId: channel, slack } = workspace.bot.context
    return slack.chat.delete({ channel, ts })
  }
  const cardsOf = async (label: string) =>
    (await cards()).filter((each) => each.metadata?.event_payload.rotation_id === label)
  const undelivered = () =>
    workspace.bot.context.db.selectFrom('outboxJobs').select('problem').where('doneAt', 'is', null).execute()
  const abort = async (label: string) => {
    await workspace.operator.type(`/rotation abort ${label}`)
    const form = await workspace.operator.modal('abort')
    await workspace.operator.submit(form, { reason: 'started by mistake' })
  }

  it.each([
    ['with its replies', false],
    ['of which a tombstone is left', true],
  ])(
    '%s is posted once more, and the thread goes on under it',
    async (_, keepsReplies) => {
      const label = await start(workspace.operator, { scope: ['environment:sandbox'] })
      const old = await workspace.operator.card(label)
      await completeStep(workspace.operator, label, 'automation-health')
      await expect.poll(undelivered, { timeout: 10_000 }).toEqual([])
      const replies = (await workspace.operator.thread(old.ts)).filter(({ ts }) => ts !== old.ts)
      expect(replies.length).toBeGreaterThan(0)
      if (!keepsReplies) for (const { ts } of replies) await remove(ts)
      await remove(old.ts)

      await abort(label)
      await expect.poll(async () => (await cardsOf(label)).length, { timeout: 15_000 }).toBe(1)
      await expect.poll(undelivered, { timeout: 15_000 }).toEqual([])
      const [card, ...more] = await cardsOf(label)
      expect(more).toEqual([])
      expect(card?.ts).not.toBe(old.ts)
      expect(wordsOf(card)).toContain('started by mistake')
      const thread = wordsOf(await workspace.operator.thread(card?.ts ?? ''))
      expect(thread).toMatch(/[Aa]borted/)
      expect(thread).not.toContain('can no longer be edited')
    },
    60_000,
  )

  it('is posted once more for replies alone, whose order is kept', async () => {
    const { db, clock, outbox } = workspace.bot.context
    const label = await start(workspace.operator, { scope: ['environment:sandbox'] })
    const old = await workspace.operator.card(label)
    await expect.poll(undelivered, { timeout: 10_000 }).toEqual([])
    await remove(old.ts)
    const id = Number(label.slice(1))
    const replies = ['first', 'second'].map((text) => threadMessageJob(id, text, { text }))
    await insertJobs(db, replies, clock.now())
    outbox.wake()
    await expect.poll(undelivered, { timeout: 10_000 }).toEqual([])
    const [card, ...more] = await cardsOf(label)
    expect(more).toEqual([])
    expect(wordsOf(await workspace.operator.thread(card?.ts ?? ''))).toMatch(/first[\s\S]*second/)
  })
})
