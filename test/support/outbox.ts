import { eventually } from './person.ts'
import type { Workspace } from './workspace.ts'

/** Waits until no job of the bot is left to do. */
export const untilOutboxIsEmpty = ({ bot }: Workspace): Promise<unknown> =>
  eventually(async () => {
    const { db } = bot.context
    const open = await db.selectFrom('outboxJobs').select('id').where('doneAt', 'is', null).execute()
    return open.length === 0
  }, 'that the outbox is empty')
