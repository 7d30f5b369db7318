import { findOwnRecords } from '#db/own-records'
import type { Db } from '#db/schema'
import type { NoticeChannel, Repository } from '#domain/ports/systems'
import { comparedHeads, compareRecords, type RecordComparison } from '#domain/rotation/compare-records'
import { readLogRows } from '#domain/rotation/log-file'
import { NotReadable } from '#domain/tokens/secret'

interface Records {
  db: Db
  repository: Pick<Repository, 'readLog'>
  notices: Pick<NoticeChannel, 'readCards'>
}

/** Compares the log in git and the bot's cards with the database. What cannot be read makes it unknown. */
export async function readComparison({ db, repository, notices }: Records): Promise<RecordComparison> {
  try {
    const [file, cards] = await Promise.all([repository.readLog(), notices.readCards()])
    const rows = readLogRows(file?.text ?? '')
    const rotations = cards.map((card) => card.rotation)
    return compareRecords(rows, cards, await findOwnRecords(db, comparedHeads(rows), rotations))
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return { state: 'unknown', why: error.message }
  }
}
