import { closeSync, existsSync, openSync, readSync } from 'node:fs'
import { join } from 'node:path'
import type { Backup, DatabaseRecords } from '#domain/ports/diagnostics'
import { GENESIS } from '#domain/rotation/event-chain'
import { NotReadable } from '#domain/tokens/secret'
import { findDamage, listBackups } from './backup-database.ts'
import { DatabaseProblem } from './database-problem.ts'
import { findPresent, isPostgresUrl } from './dialect.ts'
import { assertKnownVersion } from './open-database.ts'
import { findOwnRecords } from './own-records.ts'
import { findKnownChannel } from './queries/known-channel.ts'
import { readDatabase } from './read-database.ts'
import type { Db } from './schema.ts'
import { inspectFile } from './sqlite/inspect-file.ts'
import { verifyInThread } from './verify-chain.ts'

/**
 * Reads a database by its own connections, with or without a running bot, and changes nothing; no migration runs.
 *
 * @param database as `openDatabase` takes it
 * @param backupFolder null when not configured
 */
export function databaseRecords(database: string, backupFolder: string | null): DatabaseRecords {
  const read = <T>(work: (db: Db) => Promise<T>): Promise<T> =>
    fromDatabase(database, () => readDatabase(database, work))
  const own = isPostgresUrl(database) ? serverRecords(database) : fileRecords(database)
  return {
    ...own,
    async inspect() {
      const seen = await own.inspect()
      const isReadable = seen.exists && seen.writeProblem === null
      const versionProblem = isReadable ? await read(findVersionProblem) : null
      return versionProblem === null ? seen : { ...seen, versionProblem }
    },
    verifyHistory: (witnesses) =>
      fromDatabase(database, () => verifyInThread({ database, from: GENESIS, witnesses })),
    readOwnRecords: (heads) => read((db) => findOwnRecords(db, heads, [])),
    readKnownChannel: async () =>
      isMissingFile(database) ? null : read(async (db) => (await findKnownChannel(db)) ?? null),
    findLastDone: (kind) =>
      read(async (db) => {
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
    readBots: async () => (isPostgresUrl(database) ? read(findPresent) : null),
    readNewestBackup: async () => {
      if (backupFolder === null) return null
      return isPostgresUrl(database) ? readNewestDump(backupFolder) : readNewestBackup(backupFolder)
    },
  }
}

/** Null where this version may use the database. */
async function findVersionProblem(db: Db): Promise<string | null> {
  try {
    await assertKnownVersion(db, 'The database')
    return null
  } catch (error) {
    if (error instanceof DatabaseProblem) return error.message
    throw error
  }
}

type OwnRecords = Pick<DatabaseRecords, 'inspect' | 'findDamage' | 'readClock'>

const fileRecords = (file: string): OwnRecords => ({
  inspect: () => inspectFile(file),
  findDamage: () => fromDatabase(file, () => findDamage(file)),
  readClock: async () => null,
})

const serverRecords = (database: string): OwnRecords => ({
  async inspect() {
    const { inspectServer } = await import('./postgres/inspect-server.ts')
    return fromDatabase(database, () => inspectServer(database))
  },
  async findDamage() {
    const { findServerDamage } = await import('./postgres/inspect-server.ts')
    return fromDatabase(database, () => findServerDamage(database))
  },
  async readClock() {
    const { readServerClock } = await import('./postgres/inspect-server.ts')
    return fromDatabase(database, () => readServerClock(database))
  },
})

const isMissingFile = (database: string): boolean => !isPostgresUrl(database) && !existsSync(database)

async function fromDatabase<T>(database: string, read: () => T | Promise<T>): Promise<T> {
  if (isMissingFile(database))
    throw new NotReadable(`There is no database ${database} yet; the bot creates it when it starts`)
  try {
    return await read()
  } catch (error) {
    const what = isPostgresUrl(database) ? '' : ` ${database}`
    throw new NotReadable(`The database${what} cannot be read: ${messageOf(error)}`, { cause: error })
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

function readNewestBackup(folder: string): Backup | null {
  const [newest] = listBackups(folder)
  return newest ? { ...newest, isVerified: true, problem: backupProblem(join(folder, newest.file)) } : null
}

/** How a dump in pg_dump's custom format begins. */
const DUMP = 'PGDMP'

function isDump(path: string): boolean {
  const opened = openSync(path, 'r')
  try {
    const begin = Buffer.alloc(DUMP.length)
    readSync(opened, begin)
    return begin.toString('latin1') === DUMP
  } finally {
    closeSync(opened)
  }
}

/** Only PostgreSQL's own tools can tell whether all of it is there. */
function readNewestDump(folder: string): Backup | null {
  const [newest] = listBackups(folder, 'dump')
  if (!newest) return null
  const problem = isDump(join(folder, newest.file)) ? null : 'it is no dump in the custom format of pg_dump'
  return { ...newest, isVerified: false, problem }
}

function backupProblem(path: string): string | null {
  try {
    return findDamage(path)
  } catch (error) {
    return messageOf(error)
  }
}
