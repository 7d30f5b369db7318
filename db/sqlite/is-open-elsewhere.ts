import Database from 'better-sqlite3'

/**
 * Whether another connection has a file open, as a running bot does all the time. Changes nothing. A file that can only be read
 * may be in use without being seen.
 */
export function isOpenElsewhere(file: string): boolean {
  const db = new Database(file, { fileMustExist: true, timeout: 0 })
  try {
    // In WAL mode every connection holds a shared lock of the file from its first statement until it is closed.
    db.pragma('locking_mode = exclusive')
    db.exec('begin immediate; rollback')
    return false
  } catch (error) {
    return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
  } finally {
    db.close()
  }
}
