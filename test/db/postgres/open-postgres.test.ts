import { randomUUID } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { sql } from 'kysely'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DatabaseProblem } from '#db/database-problem'
import { databaseRecords } from '#db/database-records'
import { openDatabase } from '#db/open-database'
import { ensureDatabaseId } from '#db/own-records'
import { findSetting, setSetting } from '#db/queries/settings'
import { removeDatabase } from '#db/remove-database'
import {
  administer,
  makePostgresDatabase,
  serverUrl,
  type TestDatabase,
  urlOf,
} from '#test/support/databases'
import { eventually } from '#test/support/person'
import { withClient } from '#test/support/postgres-server'

const problemOf = (database: string): Promise<DatabaseProblem> =>
  openDatabase(database).then(
    async (db) => {
      await db.destroy()
      throw new Error('it was opened')
    },
    (error: unknown) => {
      if (error instanceof DatabaseProblem) return error
      throw error
    },
  )

describe('a database on PostgreSQL that has no tables', () => {
  let made: TestDatabase
  beforeEach(async () => {
    made = await makePostgresDatabase(null)
  })
  afterEach(() => made.remove())

  it('is migrated once, and gets one id, by five processes that start at the same moment', async () => {
    const opened = await Promise.all([1, 2, 3, 4, 5].map(() => openDatabase(made.database, { poolSize: 1 })))
    const [db] = opened
    if (!db) throw new Error('five are open')
    const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db)
    const files = readdirSync('db/migrations').filter((file) => /^\d/.test(file))
    expect(rows.map(({ name }) => `${name}.ts`)).toEqual(files.sort())
    const ids = await Promise.all(opened.map((each) => ensureDatabaseId(each, '2026-11-23T09:00:00.000Z')))
    expect(new Set(ids).size).toBe(1)
    await Promise.all(opened.map((each) => each.destroy()))
  })

  it('is opened by a later start when the server ends the connection while it is migrated', async () => {
    const other = new pg.Client({ connectionString: made.database })
    await other.connect()
    // The migration waits for this transaction, which makes the same table.
    await other.query('begin; create table rotations (id integer)')
    const problem = problemOf(made.database)
    const terminate = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = '${other.database}' and wait_event_type = 'Lock'`
    const terminated = () =>
      withClient(serverUrl(), async (client) => (await client.query(terminate)).rowCount)
    await eventually(terminated, 'the migration to wait')
    expect(await problem).toMatchObject({ passing: true })
    await other.end()
    await (await openDatabase(made.database)).destroy()
  })

  it('is left alone when a newer version made it', async () => {
    const db = await openDatabase(made.database)
    await sql`insert into kysely_migration (name, timestamp) values ('2999-01-01-later', 'x')`.execute(db)
    await db.destroy()
    expect((await problemOf(made.database)).message).toContain('made by a newer version of the bot')
  })

  it('is emptied for a sandbox that starts over, if it belongs to it', async () => {
    const db = await openDatabase(made.database)
    await setSetting(db, 'workspace', 'T0OTHER')
    await db.destroy()
    await expect(removeDatabase(made.database, 'T0SANDBOX')).rejects.toThrow(
      'belongs to the workspace T0OTHER',
    )
    await removeDatabase(made.database, 'T0OTHER')
    const again = await openDatabase(made.database)
    expect(await findSetting(again, 'workspace')).toBeUndefined()
    await again.destroy()
  })

  it('is said to be ready, and gives the time of its clock', async () => {
    const records = databaseRecords(made.database, null)
    expect(await records.inspect()).toMatchObject({ kind: 'server', exists: false, missingGrants: null })
    const clock = await records.readClock()
    expect(Math.abs((clock?.remote ?? 0) - (clock?.local ?? 0))).toBeLessThan(60_000)
    await (await openDatabase(made.database)).destroy()
    expect(await records.inspect()).toMatchObject({ exists: true, writeProblem: null, missingGrants: null })
    expect(await records.findDamage()).toBeNull()
  })
})

describe('a PostgreSQL that cannot be used', () => {
  const user = `rotation_${randomUUID().slice(0, 8)}`
  let made: TestDatabase
  beforeEach(async () => {
    made = await makePostgresDatabase(null)
    await administer(`create role ${user} login password 'k7Yq-correct'`)
  })
  afterEach(async () => {
    await made.remove()
    await administer(`drop role ${user}`)
  })

  const as = (password: string, database = made.database) => {
    const url = new URL(database)
    url.username = user
    url.password = password
    return url.href
  }

  it('for a wrong password, which is not shown', async () => {
    const { message, passing } = await problemOf(as('k7Yq-wrong'))
    expect(message).toContain(`refuses the password of the user ${user}`)
    expect(message).not.toContain('k7Yq')
    expect(passing).toBe(false)
  })

  it('for missing rights, with what to grant', async () => {
    const { message } = await problemOf(as('k7Yq-correct'))
    expect(message).toContain(`grant usage, create on schema public to ${user};`)
    const seen = await databaseRecords(as('k7Yq-correct'), null).inspect()
    expect(seen).toMatchObject({ missingGrants: expect.stringContaining(`to ${user};`) })
  })

  it('for a database that is not there, with how to make it', async () => {
    const { message } = await problemOf(urlOf('rotation_nowhere'))
    expect(message).toContain('create database rotation_nowhere owner')
  })

  it('for TLS that the server does not offer', async () => {
    expect((await problemOf(`${made.database}?sslmode=require`)).message).toContain('does not offer TLS')
  })

  it.each([
    ['?sslmode=prefer', 'has sslmode=prefer. The bot knows disable, require, verify-ca, verify-full'],
    ['?sslmode=verify-full&sslrootcert=/nowhere/ca.pem', 'cannot be read: ENOENT'],
    ['?sslkey=x', 'has the parameter sslkey'],
  ])('for an address with %s', async (end, expected) => {
    expect((await problemOf(`${made.database}${end}`)).message).toContain(expected)
  })

  it('when nothing listens there, which may pass', async () => {
    const { message, passing } = await problemOf('postgres://rotation@127.0.0.1:9/rotation')
    expect(message).toContain('(rotation at 127.0.0.1:9) cannot be reached: ECONNREFUSED')
    expect(passing).toBe(true)
  })
})

describe('an older PostgreSQL', () => {
  let server: Server
  afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())))

  it('is refused with its version', async () => {
    server = await olderServer('13.20')
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const { message } = await problemOf(`postgres://rotation@127.0.0.1:${port}/rotation`)
    expect(message).toContain('has the version 13.20; the bot needs 14 or newer')
  })
})

/** Speaks as much of PostgreSQL's protocol as it takes to say which version it is. */
async function olderServer(version: string): Promise<Server> {
  const message = (type: string, body: Buffer) => {
    const head = Buffer.alloc(5)
    head.write(type)
    head.writeInt32BE(body.length + 4, 1)
    return Buffer.concat([head, body])
  }
  const int32 = (value: number) => {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(value)
    return bytes
  }
  const ready = message('Z', Buffer.from('I'))
  const column = Buffer.concat([
    Buffer.from([0, 1]),
    Buffer.from('server_version\0'),
    int32(0),
    Buffer.from([0, 0]),
    int32(25),
    Buffer.from([0xff, 0xff]),
    int32(-1),
    Buffer.from([0, 0]),
  ])
  const row = Buffer.concat([Buffer.from([0, 1]), int32(version.length), Buffer.from(version)])
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', int32(0)), ready]))
      socket.on('data', () =>
        socket.write(
          Buffer.concat([
            message('T', column),
            message('D', row),
            message('C', Buffer.from('SELECT 1\0')),
            ready,
          ]),
        ),
      )
    })
    socket.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}
