import { constants, existsSync, statfsSync, statSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { DatabaseSeen } from '#domain/ports/diagnostics'

/** Looks at a database file, or at the folder in which the bot would make it, and changes nothing. */
export const inspectFile = (file: string): Promise<DatabaseSeen> =>
  existsSync(file) ? inspectExisting(file) : inspectFolder(file)

async function inspectExisting(file: string): Promise<DatabaseSeen> {
  const bytes = ['', '-wal'].reduce((sum, end) => sum + sizeOf(`${file}${end}`), 0)
  return {
    kind: 'file',
    exists: true,
    bytes,
    freeBytes: freeBytes(file),
    writeProblem: await findWriteProblem(file),
  }
}

/** Whether the bot could create the file and its missing folders. */
async function inspectFolder(file: string): Promise<DatabaseSeen> {
  let folder = dirname(resolve(file))
  while (!existsSync(folder)) folder = dirname(folder)
  const writeProblem = statSync(folder).isDirectory()
    ? await access(folder, constants.W_OK).then(() => null, messageOf)
    : `${folder} is not a folder`
  return { kind: 'file', exists: false, bytes: 0, freeBytes: freeBytes(folder), writeProblem }
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const LOCKED = 'SQLITE_BUSY'
const LOCK_RETRY = { attempts: 40, everyMs: 50 }

/**
 * Writes in a transaction that is rolled back. Waits for the lock without blocking, because this process may
 * hold it.
 */
async function findWriteProblem(file: string): Promise<string | null> {
  for (let attempt = 1; ; attempt += 1) {
    const error = tryToWrite(file)
    if (error === null) return null
    const isLocked = error instanceof Database.SqliteError && error.code.startsWith(LOCKED)
    if (!isLocked || attempt === LOCK_RETRY.attempts) return messageOf(error)
    await sleep(LOCK_RETRY.everyMs)
  }
}

function tryToWrite(file: string): unknown {
  const db = new Database(file, { fileMustExist: true, timeout: 0 })
  try {
    db.exec('begin immediate; create table written_by_the_doctor (id); rollback')
    return null
  } catch (error) {
    return error
  } finally {
    db.close()
  }
}
