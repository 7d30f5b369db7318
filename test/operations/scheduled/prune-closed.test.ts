import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { findNewestChecks, insertCheckResults } from '#db/queries/checks'
import { findPendingEntries } from '#db/queries/job-results'
import { claimJobs, insertJobs, setJobDone } from '#db/queries/outbox-jobs'
import { insertRevocations } from '#db/queries/revocations'
import { findRotation, insertParts, insertRotationRow } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import type { NewJob } from '#domain/ports/outbox-job'
import { pruneClosed } from '#operations/scheduled/prune-closed'
import { logEntryJob } from '#outbox/queue/github-jobs'
import { homeJobs, threadMessageJob } from '#outbox/queue/slack-jobs'
import { type OpenTestDatabase, openTestDatabase } from '#test/support/databases'
import { aLogEntry } from '#test/support/log-entry-builder'
import { aRevocation } from '#test/support/revocation-builder'
import { aCheck, aRotation, aSignOff, minutesIn, OPERATOR } from '#test/support/rotation-builder'

const LATER = '2027-01-20T12:00:00.000Z'

describe('what is removed 30 days after a rotation was closed', () => {
  let opened: OpenTestDatabase
  let db: Db
  let id: number
  beforeEach(async () => {
    opened = await openTestDatabase()
    db = opened.db
    id = await insertClosed(minutesIn(600))
  })
  afterEach(() => opened.close())

  const insertClosed = async (closedAt: string | null) => {
    const row = {
      version: 1,
      trigger: 'manual',
      reason: '',
      ownerId: OPERATOR,
      openedAt: minutesIn(0),
      round: 1,
    }
    const made = await insertRotationRow(db, { ...row, status: closedAt ? 'complete' : 'open', closedAt })
    const signOffs = [aSignOff({ at: minutesIn(60) })]
    await insertParts(db, null, aRotation({ id: made, status: 'complete', closedAt, signOffs }))
    return made
  }
  const checkAt = (minutes: number, sentence: string) =>
    insertCheckResults(db, id, [
      aCheck('tags-correct', 'passed', {
        sentence,
        startedAt: minutesIn(minutes),
        finishedAt: minutesIn(minutes),
      }),
    ])
  const sentences = async () =>
    (await db.selectFrom('checks').select('sentence').orderBy('id').execute()).map((row) => row.sentence)
  const finish = async (jobs: NewJob[]) => {
    await insertJobs(db, jobs, minutesIn(0))
    for (;;) {
      const claimed = await claimJobs(db, 1, { until: 2, holder: 'test' }, { limit: 9, running: [] })
      if (claimed.length === 0) return
      for (const job of claimed) await setJobDone(db, job, { fileUrl: 'x' }, minutesIn(1))
    }
  }
  const kinds = async () =>
    (await db.selectFrom('outboxJobs').select('kind').orderBy('id').execute()).map((row) => row.kind)
  const prune = (now = LATER) => pruneClosed({ db, clock: { now: () => now } })

  it('keeps the results that were there at a decision, and the newest', async () => {
    await checkAt(10, 'first')
    await checkAt(50, 'signed')
    await checkAt(70, 'after that')
    await checkAt(90, 'newest')
    const newest = await findNewestChecks(db, id)
    await prune()
    expect(await sentences()).toEqual(['signed', 'newest'])
    expect(await findNewestChecks(db, id)).toEqual(newest)
  })

  it('keeps log entries, which step 5 compares, and removes what was only shown', async () => {
    const entry = logEntryJob(id, aLogEntry())
    await finish([threadMessageJob(id, 'a', { text: 'a' }), entry, ...homeJobs(['U0A'], 'v1')])
    expect(await kinds()).toEqual(['thread-message', 'log-entry', 'home'])
    await prune()
    expect(await kinds()).toEqual(['log-entry'])
    expect(await findPendingEntries(db, id)).toHaveLength(1)
  })

  it('keeps jobs that are not done', async () => {
    await insertJobs(db, [threadMessageJob(id, 'a', { text: 'a' })], minutesIn(0))
    await prune()
    expect(await kinds()).toEqual(['thread-message'])
  })

  it('touches no rotation that is open, was closed lately, or has an old version that is not revoked', async () => {
    await checkAt(10, 'first')
    await checkAt(20, 'second')
    const pruned = async () => (await db.selectFrom('rotations').select('prunedAt').execute())[0]?.prunedAt
    await prune(minutesIn(700))
    expect(await pruned()).toBeNull()
    await insertRevocations(db, [aRevocation({ id: 7, rotationId: id })], LATER)
    await prune()
    expect(await sentences()).toEqual(['first', 'second'])
    await db.updateTable('revocations').set({ state: 'proven', resolvedAt: LATER }).execute()
    const before = await findRotation(db, id)
    await prune()
    expect(await pruned()).toBe(LATER)
    expect(await findRotation(db, id)).toEqual(before)
  })
})
