import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseBusy, withBusyLimit } from '#db/busy'
import { openDatabase } from '#db/open-database'
import { CommitUnknown } from '#db/postgres/dialect'
import { findSetting, setSetting } from '#db/queries/settings'
import type { Db } from '#db/schema'
import { inTransaction } from '#db/transaction'
import { administer, makeDatabase, type TestDatabase } from '#test/support/databases'
import { startTcpProxy, type TcpProxy } from '#test/support/tcp-proxy'

const IMPATIENT = { ms: 100, until: null }

describe('a PostgreSQL that fails for a while', () => {
  let made: TestDatabase
  let proxy: TcpProxy
  let db: Db
  let administrator: Db
  beforeEach(async () => {
    made = await makeDatabase()
    const url = new URL(made.database)
    proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port) })
    url.port = String(proxy.port)
    db = await openDatabase(url.href, { poolSize: 2 })
    administrator = await openDatabase(made.database, { poolSize: 2 })
    await setSetting(db, 'known', 1)
  })
  afterEach(async () => {
    await db.destroy()
    await administrator.destroy()
    await proxy.close()
    await made.remove()
  })

  const write = (key: string) => inTransaction(db, (tx) => setSetting(tx, key, 1))
  const name = () => new URL(made.database).pathname.slice(1)

  it('is waited for while it cannot be reached, and used again', async () => {
    proxy.cut()
    proxy.refuse(true)
    await expect(withBusyLimit(IMPATIENT, () => write('refused'))).rejects.toThrow(DatabaseBusy)
    await expect(withBusyLimit(IMPATIENT, () => findSetting(db, 'known'))).rejects.toThrow(DatabaseBusy)
    const waiting = [write('waited'), findSetting(db, 'known')]
    await sleep(200)
    proxy.refuse(false)
    expect(await Promise.all(waiting)).toEqual([undefined, 1])
    expect(await findSetting(db, 'waited')).toBe(1)
    expect(await findSetting(db, 'refused')).toBeUndefined()
  })

  it('ends a transaction in whose middle its connection is cut, and nothing of it is written', async () => {
    const cut = inTransaction(db, async (tx) => {
      await setSetting(tx, 'half', 1)
      proxy.cut()
      await setSetting(tx, 'other-half', 1)
    })
    await expect(cut).rejects.toThrow(DatabaseBusy)
    expect(await findSetting(db, 'half')).toBeUndefined()
    await write('next')
    expect(await findSetting(db, 'next')).toBe(1)
  })

  it('is asked what became of a commit whose answer is lost', async () => {
    await inTransaction(db, async (tx) => {
      await setSetting(tx, 'committed', 1)
      proxy.loseNextAnswer()
    })
    expect(await findSetting(db, 'committed')).toBe(1)
  })

  it('leaves a commit unknown only when it cannot be asked', async () => {
    const lost = withBusyLimit(IMPATIENT, () =>
      inTransaction(db, async (tx) => {
        await setSetting(tx, 'committed', 1)
        proxy.loseNextAnswer()
        proxy.refuse(true)
      }),
    )
    await expect(lost).rejects.toThrow(CommitUnknown)
    proxy.refuse(false)
  })

  it('lets nobody write while it is read-only, and reads meanwhile', async () => {
    await administer(`alter database ${name()} set default_transaction_read_only = on`)
    proxy.cut()
    await expect(withBusyLimit(IMPATIENT, () => write('refused'))).rejects.toThrow(DatabaseBusy)
    expect(await findSetting(db, 'known')).toBe(1)
    const waiting = write('waited')
    await sleep(100)
    await administer(`alter database ${name()} set default_transaction_read_only = off`)
    await waiting
    expect(await findSetting(db, 'waited')).toBe(1)
  })

  it('is busy for whoever may not wait until another one has written', async () => {
    const held = Promise.withResolvers<void>()
    const begun = Promise.withResolvers<void>()
    const other = inTransaction(administrator, async () => {
      begun.resolve()
      await held.promise
    })
    await begun.promise
    await expect(withBusyLimit(IMPATIENT, () => write('refused'))).rejects.toThrow(DatabaseBusy)
    const waiting = write('waited')
    // Reads take no lock.
    expect(await findSetting(db, 'known')).toBe(1)
    held.resolve()
    await Promise.all([other, waiting])
    expect(await findSetting(db, 'refused')).toBeUndefined()
    expect(await findSetting(db, 'waited')).toBe(1)
  })

  it('ends connections that nobody uses without ending the process', async () => {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
      administrator,
    )
    await sleep(50)
    expect(await findSetting(db, 'known')).toBe(1)
  })
})
