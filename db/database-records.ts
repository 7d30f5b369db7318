import { constants, existsSync, statfsSync, statSync } from 'node:fs'
import { access } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import type { Kysely } from 'kysely'
import type { DatabaseRecords, DatabaseSeen } from '#domain/ports/diagnostics'
import { GENESIS } from '#domain/rotation/event-chain'
import { NotReadable } from '#domain/tokens/secret'
import { findDamage, listBackups } from './backup-database.ts'
import { findOwnRecords } from './own-records.ts'
import { findKnownChannel } from './queries/known-channel.ts'
import { readDatabase } from './read-database.ts'
import type { Schema } from './schema.ts'
import { verifyInThread } from './verify-chain.ts'

/**
 * Reads a database file by its own connections, with or without a running bot, and changes nothing; no
 * migration runs.
 *
 * @param backupFolder null when not configured
 */
export function databaseRecords(file: string, backupFolder: string | null): DatabaseRecords {
  return {
    inspect: () => (existsSync(file) ? fromDatabase(file, () => inspectFile(file)) : inspectFolder(file)),
    findDamage: () => fromDatabase(file, () => findDamage(file)),
    verifyHistory: (witnesses) =>
      fromDatabase(file, () => verifyInThread({ file, from: GENESIS, witnesses })),
    readOwnRecords: (heads) => reading(file, (db) => findOwnRecords(db, heads, [])),
    readKnownChannel: async () =>
      existsSync(file) ? reading(file, async (db) => (await findKnownChannel(db)) ?? null) : null,
    findLastDone: (kind) =>
      reading(file, async (db) => {
        const row = await db
          .selectFrom('outboxJobs')
          .select('createdAt')
          .where('state', '=', 'done')
          .where('kind', '=', kind)
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst()
        return row?.createdAt ?? null
      }),
    readNewestBackup: () =>
      fromDatabase(file, () => {
        const [newest] = backupFolder === null ? [] : listBackups(backupFolder)
        return newest && backupFolder !== null
          ? { ...newest, problem: backupProblem(join(backupFolder, newest.file)) }
          : null
      }),
  }
}

async function inspectFile(file: string): Promise<DatabaseSeen> {
  const bytes = ['', '-wal'].reduce((sum, end) => sum + sizeOf(`${file}${end}`), 0)
  return { exists: true, bytes, freeBytes: freeBytes(file), writeProblem: await findWriteProblem(file) }
}

/** Whether the bot could create the file and its missing folders. */
async function inspectFolder(file: string): Promise<DatabaseSeen> {
  let folder = dirname(resolve(file))
  while (!existsSync(folder)) folder = dirname(folder)
  const writeProblem = statSync(folder).isDirectory()
    ? await access(folder, constants.W_OK).then(() => null, messageOf)
    : `${folder} is not a folder`
  return { exists: false, bytes: 0, freeBytes: freeBytes(folder), writeProblem }
}

function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path)
  return bavail * bsize
}

const sizeOf = (file: string): number => (existsSync(file) ? statSync(file).size : 0)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

async function fromDatabase<T>(file: string, read: () => T | Promise<T>): Promise<T> {
  if (!existsSync(file))
    throw new NotReadable(`There is no database ${file} yet; the bot creates it when it starts`)
  try {
    return await read()
  } catch (error) {
    throw new NotReadable(`The database ${file} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

const reading = <T>(file: string, read: (db: Kysely<Schema>) => Promise<T>): Promise<T> =>
  fromDatabase(file, () => readDatabase(file, read))

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

function backupProblem(path: string): string | null {
  try {
    return findDamage(path)
  } catch (error) {
    return messageOf(error)
  }
}
