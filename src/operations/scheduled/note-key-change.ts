import { findKeyChange, insertEvents } from '#db/queries/events'
import { insertJobs } from '#db/queries/outbox-jobs'
import { insertFollowedSetting } from '#db/queries/settings'
import { inTransaction } from '#db/transaction'
import { BOT_ACTOR } from '#domain/rotation/events'
import { readLogRows } from '#domain/rotation/log-file'
import { isKeyChanged, keyChange } from '#domain/rotation/log-keys'
import { keyChangedEntry } from '#domain/rotation/rotation-log'
import { logEntryJob } from '#outbox/queue/github-jobs'
import type { Context } from '#src/context'
import { headOf } from '../change.ts'

/** Records once that the key that seals the log was changed: an event, and a row that both keys sign. */
export async function noteKeyChange({ config, db, repository, clock, outbox }: Context): Promise<void> {
  const { current, earlier } = config.signingKeys
  if (!current || !earlier || (await findKeyChange(db))?.to === current.id) return
  const rows = readLogRows((await repository.readLog())?.text ?? '')
  if (!isKeyChanged(config.signingKeys, rows)) return
  const data = keyChange(earlier, current)
  const at = clock.now()
  await inTransaction(db, async (tx) => {
    // Two processes may see it at the same time.
    if (!(await insertFollowedSetting(tx, `key-changed:${data.from}:${data.to}`, at, at))) return
    const events = await insertEvents(tx, [
      { type: 'key-changed', rotationId: null, actor: BOT_ACTOR, at, data },
    ])
    await insertJobs(tx, [logEntryJob(null, keyChangedEntry(data, at, headOf(events)))], at)
  })
  outbox.wake()
}
