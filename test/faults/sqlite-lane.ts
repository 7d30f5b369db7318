import { watch } from 'node:fs'
import { basename, dirname } from 'node:path'
import Database from 'better-sqlite3'
import type { CommitWatch } from './commit-watch.ts'
import { type LaneDatabase, RETRY_NOW } from './lane-database.ts'
import { type Rows, readRecords } from './records.ts'

const READ_MS = 2_000
const WRITE_MS = 50
const LOCK_MS = 100

/** A SQLite file, which may not be there yet. */
export function openSqliteLane(file: string, commits: CommitWatch): LaneDatabase {
  // SQLite appends each commit to the write-ahead log.
  const log = `${basename(file)}-wal`
  const watcher = watch(dirname(file), (_, name) => {
    if (name === log) commits.note(0)
  })
  return {
    urlOf: () => `file:${file}`,
    async read() {
      const db = new Database(file, { readonly: true, timeout: READ_MS })
      try {
        return await readRecords((query) => db.prepare(query).all() as Rows)
      } finally {
        db.close()
      }
    },
    async retryNow() {
      const db = new Database(file, { timeout: WRITE_MS })
      try {
        db.prepare(RETRY_NOW).run()
      } catch {
        // The bot writes at this moment: the next time.
      } finally {
        db.close()
      }
    },
    async lock() {
      const db = new Database(file, { timeout: LOCK_MS })
      try {
        db.exec('begin immediate')
      } catch {
        // The bot holds it.
      }
      return () => db.close()
    },
    server: null,
    close: async () => watcher.close(),
  }
}
