import { execFile, execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#db/open-database'
import { readLogRows } from '#domain/rotation/log-file'
import { REPOSITORY } from '#sandbox/demo-users'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { COMPILE_CACHE } from '#test/support/compile-cache'
import { aSealedLog } from '#test/support/sealed-log'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

describe('rotation audit verify', () => {
  let sandbox: Sandbox
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-audit-cli-'))
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
    await (await openDatabase(join(folder, 'bot.db'))).destroy()
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (
    args: string,
    database = 'bot.db',
  ): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const DATABASE_URL = `file:${join(folder, database)}`
      const env = { PATH: process.env.PATH, ...COMPILE_CACHE, ...sandbox.env, DATABASE_URL }
      execFile(process.execPath, [MAIN, ...args.split(' ')], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      )
    })

  const git = (where: string, ...args: string[]) =>
    execFileSync('git', ['-C', where, ...args], {
      encoding: 'utf8',
      env: {
        ...process.env,
        GIT_AUTHOR_NAME: 'rotation-bot',
        GIT_AUTHOR_EMAIL: 'bot@flashfusion.example',
        GIT_COMMITTER_NAME: 'rotation-bot',
        GIT_COMMITTER_EMAIL: 'bot@flashfusion.example',
      },
    })
  /** A checkout in which each version of the log is a commit. */
  function checkout(name: string, versions: (string | null)[]): string {
    const where = join(folder, name)
    mkdirSync(where)
    git(where, 'init', '-q', '-b', 'main')
    for (const text of versions) {
      const file = join(where, REPOSITORY.log)
      mkdirSync(dirname(file), { recursive: true })
      if (text === null) rmSync(file)
      else writeFileSync(file, text)
      git(where, 'add', '-A')
      git(where, 'commit', '-q', '-m', 'Write the log')
    }
    return where
  }
  const ONE = aSealedLog(null, [{ event: 'rotated' }])
  const TWO = aSealedLog(null, [{ event: 'approved' }], ONE)

  it('proves an empty history, and names tampering, with 0 and 3', async () => {
    expect(await run('audit verify')).toEqual({
      code: 0,
      stdout: 'Proven: 0 events and 0 rows of the log agree with each other, with the tables and with git.\n',
      stderr: '',
    })
    const db = new Database(join(folder, 'bot.db'))
    db.exec(`update chain_head set "count" = 5`)
    db.close()
    const { code, stdout } = await run('audit verify --json')
    expect(JSON.parse(stdout)).toMatchObject({
      state: 'tampered',
      tampering: [{ place: 'chain_head', sentence: expect.stringContaining('its end was cut off') }],
    })
    expect(code).toBe(3)
    const again = new Database(join(folder, 'bot.db'))
    again.exec(`update chain_head set "count" = 0`)
    again.close()
  })

  it('cannot tell without a database, or with one of a newer version, with 2', async () => {
    expect(await run('audit verify', 'none.db')).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/^Nobody can tell .*\n- not read: There is no database/),
    })
    await (await openDatabase(join(folder, 'newer.db'))).destroy()
    const db = new Database(join(folder, 'newer.db'))
    db.exec(`insert into kysely_migration values ('2099-01-01-later', '2099')`)
    db.close()
    expect(await run('audit verify', 'newer.db')).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/was made by a newer version of the bot/),
    })
  })

  it('walks a checkout by its first parents', async () => {
    expect(readLogRows(TWO)).toHaveLength(2)
    expect((await run(`audit verify --checkout ${checkout('good', [ONE, TWO])}`)).code).toBe(0)
    const bad = await run(`audit verify --checkout ${checkout('bad', [TWO, ONE, TWO])}`)
    expect(bad).toMatchObject({
      code: 3,
      stdout: expect.stringMatching(
        /- commit [0-9a-f]{12}: It removed row 2 \(“approved” of R42\) from the log/,
      ),
    })
    const removed = await run(`audit verify --checkout ${checkout('removed', [ONE, null])}`)
    expect(removed.stdout).toMatch(/- commit [0-9a-f]{12}: It removed the log/)
  })

  it('cannot tell by a part of the history, or of no checkout', async () => {
    const whole = checkout('whole', [ONE, TWO])
    const shallow = join(folder, 'shallow')
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${whole}`, shallow])
    expect(await run(`audit verify --checkout ${shallow}`)).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(
        /- not read: The checkout .* has only a part of the history; fetch all of it/,
      ),
    })
    expect(await run(`audit verify --checkout ${folder}`)).toMatchObject({
      code: 2,
      stdout: expect.stringMatching(/- not read: The history in the checkout .* cannot be read/),
    })
  })

  it('is wrong usage with anything else', async () => {
    expect((await run('audit verify --nonsense')).code).toBe(64)
  })
})
