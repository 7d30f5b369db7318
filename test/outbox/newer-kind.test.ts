import { afterEach, beforeEach, expect, it } from 'vitest'
import { wordsOf } from '#test/support/person'
import { start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

let workspace: Workspace
beforeEach(async () => {
  workspace = await openWorkspace({ audited: false })
})
afterEach(() => workspace.close())

it('a job that a newer version enqueued is left to it, and the card says why it waits', async () => {
  const { operator, bot } = workspace
  await start(operator, { scope: ['environment:sandbox'] })
  const { db } = bot.context
  await db
    .insertInto('outboxJobs')
    .values({
      ...{ key: 'hologram:R1', kind: 'hologram', rotationId: 1, orderingKey: 'hologram:R1' },
      ...{ payloadJson: '{}', state: 'queued', isFirst: 1, attempts: 0, nextAt: 0 },
      createdAt: new Date().toISOString(),
    })
    .execute()
  bot.context.outbox.wake()
  const card = wordsOf(await operator.card('R1', 'Not yet delivered'))
  expect(card).toContain(
    'something from a newer version of the bot: this version cannot do it, and leaves it to a bot of the newer one; will retry',
  )
  expect(
    (
      await db
        .selectFrom('outboxJobs')
        .select('state')
        .where('key', '=', 'hologram:R1')
        .executeTakeFirstOrThrow()
    ).state,
  ).toBe('queued')
})
