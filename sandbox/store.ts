import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import Database from 'better-sqlite3'
import { SandboxProblem } from './port.ts'

/**
 * A named set of JSON documents that survives the process: every `put` and `delete` is on disk before it
 * returns, so that a killed sandbox remembers what it told the bot.
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
  /** The next number of a named counter, beginning at 1. */
  next(counter: string): number
  /** True once `seed` ran; a reset makes it false again. */
  readonly seeded: boolean
  markSeeded(): void
  /** Forgets everything; collections that were handed out stay usable and are empty. */
  reset(): void
  close(): void
}

/** The state is kept in memory beside the file, so one process at a time may hold it. */
function openAlone(file: string): Database.Database {
  const db = new Database(file, { timeout: 1_000 })
  try {
    db.pragma('locking_mode = EXCLUSIVE')
    db.pragma('journal_mode = WAL')
    db.exec('begin immediate; commit')
    return db
  } catch (error) {
    db.close()
    throw new SandboxProblem(
      `The sandbox's state ${file} cannot be opened: another sandbox may be using it. Stop that one first.`,
      { cause: error },
    )
  }
}

/**
 * Opens the sandbox's state.
 *
 * @param file path of the SQLite file, or `:memory:`
 */
export function openStore(file: string): Store {
  if (file !== ':memory:') mkdirSync(dirname(file), { recursive: true })
  const db = openAlone(file)
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
