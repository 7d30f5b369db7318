import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { SandboxProblem } from './port.ts'

/**
 * A named set of JSON documents. `put` and `delete` are on disk before they return, so a killed sandbox
 * keeps everything that the bot has read from it.
 */
export interface Collection<T> {
  get(id: string): T | undefined
  /** Documents in the order of their first insertion. */
  all(): T[]
  put(id: string, doc: T): T
  delete(id: string): void
}

export interface Store {
  collection<T>(name: string): Collection<T>
  /** The next number of a named counter; the first is 1. */
  next(counter: string): number
  /** True after `seed`; false again after a reset. */
  readonly seeded: boolean
  markSeeded(): void
  /** Deletes every document; existing collections stay usable. */
  reset(): void
  close(): void
}

/** The format of the stored documents. Raise it when a change makes older documents unreadable. */
const STATE_VERSION = 2

/** Exclusive, because each process also keeps the state in memory. */
function openExclusively(file: string): Database.Database {
  const db = new Database(file, { timeout: 1_000 })
  try {
    db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('journal_mode = WAL')
    db.exec('begin immediate; commit')
    return db
  } catch (error) {
    db.close()
    throw new SandboxProblem(
      `The sandbox's state ${file} cannot be opened. Another sandbox may be using it; stop that one first.`,
      { cause: error },
    )
  }
}

/**
 * Refuses state that another version wrote. SQLite's `user_version` holds the version; it is 0 in state from before 0.2.0.
 *
 * @throws SandboxProblem
 */
function assertKnownVersion(db: Database.Database, file: string): void {
  const isNew = db.prepare("select 1 from sqlite_master where name = 'docs'").get() === undefined
  const version = Number(db.pragma('user_version', { simple: true }))
  if (isNew || version === STATE_VERSION) return
  const age = version < STATE_VERSION ? 'an older' : 'a newer'
  throw new SandboxProblem(
    `The sandbox's state ${file} was made by ${age} version; start over with “npm start -- --fresh” (the sandbox alone: “npm run sandbox -- --fresh”). Nothing was changed.`,
  )
}

/**
 * Opens the sandbox's state.
 *
 * @param file path of the SQLite file, or `:memory:`
 * @param options.fresh deletes what is stored, whatever version wrote it
 * @throws SandboxProblem when another sandbox uses the file, or another version wrote it
 */
export function openStore(file: string, { fresh = false } = {}): Store {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const db = openExclusively(file)
  try {
    if (fresh) db.exec('drop table if exists docs')
    else assertKnownVersion(db, file)
  } catch (error) {
    db.close()
    throw error
  }
  db.pragma(`user_version = ${STATE_VERSION}`)
  db.exec(`create table if not exists docs (
    seq integer primary key autoincrement, collection text not null, id text not null, body text not null,
    unique (collection, id))`)
  const select = db.prepare<[string], { id: string; body: string }>(
    'select id, body from docs where collection = ? order by seq',
  )
  const upsert = db.prepare(
    'insert into docs (collection, id, body) values (?, ?, ?) on conflict do update set body = excluded.body',
  )
  const remove = db.prepare('delete from docs where collection = ? and id = ?')
  const maps = new Map<string, Map<string, unknown>>()

  function load(name: string): Map<string, unknown> {
    let map = maps.get(name)
    if (!map) {
      map = new Map(select.all(name).map((row) => [row.id, JSON.parse(row.body) as unknown]))
      maps.set(name, map)
    }
    return map
  }

  function collection<T>(name: string): Collection<T> {
    return {
      get: (id) => load(name).get(id) as T | undefined,
      all: () => [...load(name).values()] as T[],
      put(id, doc) {
        upsert.run(name, id, JSON.stringify(doc))
        load(name).set(id, doc)
        return doc
      },
      delete(id) {
        remove.run(name, id)
        load(name).delete(id)
      },
    }
  }

  const counters = collection<number>('counters')
  const flags = collection<boolean>('flags')

  return {
    collection,
    next(counter) {
      return counters.put(counter, (counters.get(counter) ?? 0) + 1)
    },
    get seeded() {
      return flags.get('seeded') ?? false
    },
    markSeeded() {
      flags.put('seeded', true)
    },
    reset() {
      db.exec('delete from docs')
      for (const map of maps.values()) map.clear()
    },
    close() {
      db.close()
    },
  }
}
