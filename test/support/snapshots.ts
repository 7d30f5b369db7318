import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { openDatabase } from '#db/open-database'
import type { Db } from '#db/schema'

/** A SQLite database as it was at a moment; each use is a copy of it. */
export interface Snapshot {
  open(): Promise<Db>
  /** Closes and removes every copy. */
  close(): Promise<void>
}

/** @param prepare changes that every copy has */
export async function takeSnapshot(db: Db, prepare: (copy: Db) => Promise<void>): Promise<Snapshot> {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-snapshot-'))
  const file = join(folder, 'snapshot.db')
  await sql`vacuum into ${file}`.execute(db)
  const copies: Db[] = []
  const open = async (name: string) => {
    const copy = await openDatabase(name)
    copies.push(copy)
    return copy
  }
  await prepare(await open(file))
  await copies.pop()?.destroy()
  return {
    open() {
      const name = join(folder, `${copies.length}.db`)
      copyFileSync(file, name)
      return open(name)
    },
    async close() {
      for (const copy of copies) await copy.destroy()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
