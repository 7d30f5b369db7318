import { closeSync, existsSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { GENESIS } from '#domain/rotation/event-chain'
import { DatabaseProblem } from './database-problem.ts'
import { makePrivate, makePrivateFolder } from './private-files.ts'
import { verifyInThread } from './verify-chain.ts'

/** The file name contains the time, so that a copied file keeps its age. */
const NAME = /^rotation-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z\.(db|dump)$/

const nameAt = (at: string): string => `rotation-${at.slice(0, 19).replaceAll(':', '-')}Z.db`

export interface BackupFile {
  file: string
  at: string
}

/** Newest first; other files are ignored. @param ending of copies of a file, or of what pg_dump writes */
export function listBackups(folder: string, ending: 'db' | 'dump' = 'db'): BackupFile[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap((file) => {
      const [, date, hour, minute, second, given] = NAME.exec(file) ?? []
      return date && given === ending ? [{ file, at: `${date}T${hour}:${minute}:${second}.000Z` }] : []
    })
    .sort((a, b) => b.at.localeCompare(a.at))
}

/**
 * Copies the database while it is in use into a dated file, atomically, and removes backups beyond the newest
 * `keep`.
 *
 * @param at now
 * @returns the file's path
 * @throws DatabaseProblem when there is no database, or the copy fails or is damaged; then no backup is
 *   removed
 */
export async function backupDatabase(
  file: string,
  { folder, keep, at }: { folder: string; keep: number; at: string },
): Promise<string> {
  const target = join(folder, nameAt(at))
  const unfinished = `${target}.unfinished`
  try {
    makePrivateFolder(folder)
    const source = new Database(file, { readonly: true, fileMustExist: true })
    try {
      // Nobody else can open it while it is written.
      closeSync(openSync(unfinished, 'w', 0o600))
      await source.backup(unfinished)
    } finally {
      source.close()
    }
    standAlone(unfinished)
    const damage = findDamage(unfinished)
    if (damage) throw new Error(damage)
    const { problem } = await verifyInThread({ database: unfinished, from: GENESIS, witnesses: [] })
    if (problem) throw new Error(`its history was altered: ${problem}`)
    makePrivate(unfinished)
    renameSync(unfinished, target)
  } catch (error) {
    for (const end of ['', '-wal', '-shm']) rmSync(`${unfinished}${end}`, { force: true })
    throw new DatabaseProblem(
      `The database ${file} could not be backed up to ${folder}: ${error instanceof Error ? error.message : String(error)}.`,
      { cause: error },
    )
  }
  for (const old of listBackups(folder).slice(keep)) rmSync(join(folder, old.file), { force: true })
  return target
}

/** The copy inherits WAL mode; a single file is easier to keep. */
function standAlone(file: string): void {
  const copy = new Database(file)
  try {
    copy.pragma('journal_mode = DELETE')
  } finally {
    copy.close()
  }
}

/** The damage that SQLite finds; null when there is none. */
export function findDamage(file: string): string | null {
  const db = new Database(file, { readonly: true, fileMustExist: true })
  try {
    const rows = db.pragma('quick_check(5)') as { quick_check: string }[]
    const damage = rows.map((row) => row.quick_check).filter((line) => line !== 'ok')
    if (damage.length > 0) return damage.join('; ')
    // SQLite accepts an empty file as an intact database.
    const hasEvents = db.prepare("select 1 from sqlite_master where name = 'events'").get()
    return hasEvents ? null : 'it holds no history'
  } finally {
    db.close()
  }
}
