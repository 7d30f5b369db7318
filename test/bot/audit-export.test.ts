import { execFile, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isPostgresUrl } from '#db/dialect'
import { COMPILE_CACHE } from '#test/support/compile-cache'
import { eventually } from '#test/support/person'
import { completeAllSteps, signByBoth, start } from '#test/support/run-rotation'
import { aSigningKey, privatePem, publicPem } from '#test/support/signing-keys'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const KEY = aSigningKey()
const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('the record of a sign-off, and the export', () => {
  let workspace: Workspace
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-export-'))
    workspace = await openWorkspace({
      configure: (config) => ({ ...config, signingKeys: { current: KEY, earlier: null } }),
    })
    await start(workspace.operator)
    await completeAllSteps(workspace.operator, 'R1')
    await signByBoth(workspace, 'R1')
    await eventually(async () => {
      const rows = await workspace.bot.context.db
        .selectFrom('outboxJobs')
        .select('id')
        .where('kind', 'in', ['log-entry', 'sign-off-record'])
        .where('doneAt', 'is', null)
        .execute()
      return rows.length === 0
    }, 'every row and record')
    writeFileSync(join(folder, 'key.pem'), publicPem(KEY))
    writeFileSync(join(folder, 'other.pem'), publicPem(aSigningKey()))
  }, 120_000)
  afterAll(async () => {
    await workspace.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (args: string): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const { database } = workspace.config
      const DATABASE_URL = isPostgresUrl(database) ? database : `file:${database}`
      const ROTATION_SIGNING_KEY = privatePem(KEY)
      const env = {
        PATH: process.env.PATH,
        ...COMPILE_CACHE,
        ...workspace.sandbox.env,
        DATABASE_URL,
        ROTATION_SIGNING_KEY,
      }
      execFile(process.execPath, [MAIN, ...args.split(' ')], { cwd: folder, env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      )
    })
  const verifyIn = (where: string, ...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, ['verify.mjs', ...args], {
      cwd: where,
      env: {},
      encoding: 'utf8',
    })
    return { code: status, words: stdout + stderr }
  }

  it('is in the thread before anybody signs: a file whose SHA-256 is what both signed, and a page', async () => {
    const { db } = workspace.bot.context
    const signed = await db.selectFrom('signOffs').select(['role', 'digest']).execute()
    expect(signed).toHaveLength(2)
    const digest = signed[0]?.digest ?? ''
    expect(signed[1]?.digest).toBe(digest)
    const jobs = await db.selectFrom('outboxJobs').selectAll().where('kind', '=', 'sign-off-record').execute()
    const files = workspace.sandbox.world.store
      .collection<{ name: string; content?: string; shares: unknown[] }>('slack.files')
      .all()
    expect(jobs.map(({ key }) => key)).toEqual([`sign-off-record:R1:${digest}`])
    const names = files.map(({ name }) => name)
    expect(names).toContain(`R1-sign-off-${digest.slice(0, 12)}.json`)
    expect(names).toContain(`R1-sign-off-${digest.slice(0, 12)}.html`)
    const { json } = JSON.parse(jobs[0]?.payloadJson ?? '{}') as { json: string }
    expect(sha256(json)).toBe(digest)
  })

  it('writes a folder that verifies by itself, and with the key', async () => {
    const { code, stdout, stderr } = await run('audit export R1 --out one')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^R1 is in one\. .*\nR1 is still open: export it again/)
    expect(readdirSync(join(folder, 'one')).toSorted()).toEqual([
      'R1.html',
      'R1.json',
      'SHA256SUMS',
      'verify.mjs',
    ])
    const empty = mkdtempSync(join(tmpdir(), 'rotation-export-empty-'))
    cpSync(join(folder, 'one'), empty, { recursive: true })
    expect(verifyIn(empty, '--public-key', join(folder, 'key.pem'))).toEqual({
      code: 0,
      words: expect.stringMatching(
        /^Proven: R1, \d+ events, \d+ rows, 1 signed records\.\nNote: R1 was still open/,
      ),
    })
    expect(verifyIn(empty).code).toBe(0)
    expect(verifyIn(empty, '--public-key', join(folder, 'other.pem'))).toEqual({
      code: 2,
      words: expect.stringMatching(
        /^Cannot tell: R1.*\n- Row 1 .* is sealed by the key [0-9a-f]{16}, which is not given/,
      ),
    })
    rmSync(empty, { recursive: true })
    const page = readFileSync(join(folder, 'one', 'R1.html'), 'utf8')
    for (const part of [
      'Timeline',
      'Checks',
      'Sign-offs',
      'Exceptions',
      'Runs and deployments',
      'Old versions',
      'U0DEVOPSLEAD',
      'Rows of the rotation log',
    ])
      expect(page).toContain(part)
    expect(page).not.toMatch(/<script/i)
  })

  it.each<[string, string, string, RegExp]>([
    [
      'a changed event',
      '"actor":"U0DEVOPSLEAD"',
      '"actor":"U0BYSTANDER"',
      /- Event \d+ \(.*\) does not match its hash/,
    ],
    ['a changed row', '"event":"approved"', '"event":"rejected"', /- Row \d+ .* does not match its seal/],
    [
      'a changed record',
      '\\"exceptions\\":[],\\"id\\"',
      '\\"exceptions\\":[\\"forged\\"],\\"id\\"',
      /- The record [0-9a-f]{12} does not match its digest/,
    ],
    [
      'a changed table',
      '\\"formerOwners\\":[]',
      '\\"formerOwners\\":[\\"U0X\\"]',
      /- What the table rotations held is not what/,
    ],
  ])('notices %s', async (_, from, to, expected) => {
    await run('audit export R1 --out changed')
    const where = join(folder, 'changed')
    const json = readFileSync(join(where, 'R1.json'), 'utf8').replace(from, to)
    writeFileSync(join(where, 'R1.json'), json)
    const { code, words } = verifyIn(where, '--public-key', join(folder, 'key.pem'))
    expect(words).toMatch(expected)
    expect(words).toMatch(/- The file R1.json was changed/)
    expect(code).toBe(3)
  })

  it('writes one table of all rotations and tokens of a period', async () => {
    const today = workspace.bot.context.clock.now().slice(0, 10)
    expect(await run(`audit export --from ${today} --to ${today} --out period`)).toMatchObject({
      code: 0,
      stdout: `9 tokens of rotations from ${today} to ${today} are in period.\n`,
    })
    const [header = '', ...rows] = readFileSync(join(folder, 'period', 'population.csv'), 'utf8')
      .trim()
      .split('\r\n')
    expect(header).toMatch(/^rotation,trigger,severity,opened,closed,state,owner,agent,environment,secret,/)
    expect(rows).toHaveLength(9)
    for (const row of rows) expect(row).toMatch(/^R1,manual,.*U0DEVOPSLEAD,U0AIOPSOWNER,/)
    expect((await run('audit export --from 2020-01-01 --to 2020-12-31 --out none')).stdout).toMatch(
      /^0 tokens/,
    )
  })

  it('says what is wrong, and writes nothing', async () => {
    expect(await run('audit export R99 --out no')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no rotation R99'),
    })
    for (const args of [
      'audit export',
      'audit export R1 --from 2020-01-01 --to 2020-01-02',
      'audit export --from yesterday --to today',
    ])
      expect(await run(args)).toMatchObject({
        code: 64,
        stderr: expect.stringMatching(/^Name one rotation, such as R42/),
      })
    expect(readdirSync(folder)).not.toContain('no')
  })
})
