import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#db/open-database'
import { appendEntry } from '#domain/rotation/log-file'
import { REPOSITORY } from '#sandbox/demo-users'
import { repositoryOf } from '#sandbox/github/repository'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { COMPILE_CACHE } from '#test/support/compile-cache'
import { aLogEntry } from '#test/support/log-entry-builder'
import { aSealedLog } from '#test/support/sealed-log'
import { aSigningKey, publicPem } from '#test/support/signing-keys'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const KEY = aSigningKey()
const at = new Date().toISOString()
const LOG = aSealedLog(KEY, [
  { event: 'rotated', at },
  { event: 'approved', at },
])
/** As somebody types it who knows the table. */
const BY_HAND = appendEntry(LOG, aLogEntry({ event: 'promoted', at }))
/** Its rows are of another history, sealed by another key. */
const OTHER = aSealedLog(aSigningKey(), [{ event: 'promoted', rotation: 'R9', at }])
  .trimEnd()
  .split('\n')
  .at(-1)
const OF_TWO_BOTS = `${LOG}${OTHER?.replace('| 1 |', '| 3 |')}\n`
/** What people write above the table is kept to the byte. */
const ABOVE_1_MB = LOG.replace('\n\n', `\n\n${'What we wrote here by hand stays. '.repeat(35_000)}\n\n`)

interface Ended {
  code: number
  stdout: string
  stderr: string
}

describe('the exit code of', () => {
  let sandbox: Sandbox
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-exit-codes-'))
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
    for (const name of ['bot.db', 'newer.db']) await (await openDatabase(join(folder, name))).destroy()
    const newer = new Database(join(folder, 'newer.db'))
    newer.exec(`insert into kysely_migration values ('2099-01-01-later', '2099')`)
    newer.close()
    writeFileSync(join(folder, 'key.pem'), publicPem(KEY))
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (args: string, database = 'bot.db'): Promise<Ended> =>
    new Promise((resolve) => {
      const DATABASE_URL = `file:${join(folder, database)}`
      const env = { PATH: process.env.PATH, ...COMPILE_CACHE, ...sandbox.env, DATABASE_URL }
      execFile(process.execPath, [MAIN, ...args.split(' ')], { env, cwd: folder }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      )
    })

  const gate = (text: string) => {
    writeFileSync(join(folder, 'log.md'), text)
    return run('gate --environment production --log log.md --public-key key.pem')
  }
  const audit = async (text: string) => {
    const files = repositoryOf(sandbox.world)
    const before = files.head()
    const author = { login: 'somebody', name: 'somebody', email: 'somebody@flashfusion.example' }
    const changes = [{ path: REPOSITORY.log, content: Buffer.from(text) }]
    files.commit({ message: 'Write the log', author, changes })
    const ended = await run('audit verify')
    if (before) files.branch(REPOSITORY.branch, before)
    return ended
  }

  it.each<[string, string, number, RegExp]>([
    ['a log as the bot wrote it', LOG, 0, /is open/],
    ['a log above 1 MB', ABOVE_1_MB, 0, /is open/],
    ['a row added by hand', BY_HAND, 1, /Row 3 \(“promoted” of R42\) has no seal, .*: it was added by hand/],
    ['two bots on one log', OF_TWO_BOTS, 2, /Row 3 .* is sealed by the key .*: another bot writes this log/],
    [
      'two bots on one log, where the other one rotated',
      OF_TWO_BOTS.replace('| R9 | promoted |', '| R9 | rotated |'),
      1,
      /R9 rotated .* is not approved[\s\S]*another bot writes this log/,
    ],
  ])('the gate, with %s', async (_, text, code, words) => {
    expect(await gate(text)).toEqual({ code, stdout: expect.stringMatching(words), stderr: '' })
  })

  it.each<[string, string, number, RegExp]>([
    [
      'a row added by hand',
      BY_HAND,
      3,
      /row 3 of the log \(“promoted” of R42\): It names event 7, which the database does not have/,
    ],
    [
      'two bots on one log',
      OF_TWO_BOTS,
      3,
      /row 3 of the log \(“promoted” of R9\): It names event 10, which the database does not have/,
    ],
    ['a log above 1 MB', ABOVE_1_MB, 3, /^Tampered with: 2 places\.\n- row 1 .*\n- row 2 /],
  ])('the audit, with %s', async (_, text, code, words) => {
    expect(await audit(text)).toEqual({ code, stdout: expect.stringMatching(words), stderr: '' })
  })

  it.each([
    ['audit export R1 --out out', 1],
    ['audit export --from 2020-01-01 --to 2020-01-02 --out out', 1],
    ['db restored --reason lost', 1],
    ['doctor', 1],
  ])('%s, with a database of a newer version, and nothing is written', async (args, code) => {
    const before = readFileSync(join(folder, 'newer.db'))
    const ended = await run(args, 'newer.db')
    expect(ended.stdout + ended.stderr).toMatch(/made by a newer version of the bot/)
    expect(ended.code).toBe(code)
    expect(readFileSync(join(folder, 'newer.db')).equals(before)).toBe(true)
    expect(existsSync(join(folder, 'out'))).toBe(false)
  })
})
