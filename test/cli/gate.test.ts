import { execFileSync, spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aSealedLog, LOG_PLACE } from '#test/support/sealed-log'
import { aSigningKey, publicPem } from '#test/support/signing-keys'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
const GATE = fileURLToPath(new URL('../../gate/rotation-gate.mjs', import.meta.url))
const KEY = aSigningKey()
const at = new Date().toISOString()

describe('rotation gate', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-gate-'))
    const open = aSealedLog(KEY, [
      { event: 'rotated', at },
      { event: 'approved', at },
    ])
    writeFileSync(join(folder, 'open.md'), open)
    writeFileSync(join(folder, 'closed.md'), aSealedLog(KEY, [{ event: 'rotated', at }], open))
    writeFileSync(join(folder, 'key.pem'), publicPem(KEY))
    writeFileSync(join(folder, 'other.pem'), publicPem(aSigningKey()))
    writeFileSync(
      join(folder, 'rotation.config.yml'),
      `repository: { name: ${LOG_PLACE.repository}, branch: trunk }\nlog: { branch: main }\n`,
    )
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const run = (args: string, script = MAIN, variables: Record<string, string> = {}) => {
    const env = { PATH: process.env.PATH, ...variables }
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args.split(' ')], {
      cwd: folder,
      env,
      encoding: 'utf8',
    })
    return { code: status, stdout, stderr }
  }

  it.each([
    [
      'gate --environment production --log open.md --public-key key.pem',
      0,
      /^The gate to production is open: Both/,
    ],
    ['gate --environment production --log open.md --public-key other.pem key.pem', 0, /is open/],
    ['gate --environment production --log closed.md --public-key key.pem', 1, /is closed: R42 rotated/],
    ['gate --environment production --log open.md', 2, /nobody can tell: No public key is given/],
    [
      'gate --environment production --log none.md --public-key key.pem',
      2,
      /the log none\.md cannot be read/,
    ],
    [
      'gate --environment production --log open.md --public-key none.pem',
      2,
      /the public key none\.pem cannot/,
    ],
  ])('%s', (args, code, expected) => {
    expect(run(args)).toEqual({ code, stdout: expect.stringMatching(expected), stderr: '' })
  })

  it.each([
    ['gate', /^--environment NAME is missing\. Usage: rotation gate --environment NAME/],
    ['gate --environment production --max-age-days soon', /^--max-age-days must be a number of days/],
    ['gate --environment production --nonsense', /^Unknown option '--nonsense'\. Usage/],
  ])('%s is wrong usage', (args, expected) => {
    expect(run(args)).toEqual({ code: 64, stdout: '', stderr: expect.stringMatching(expected) })
  })

  it('answers as JSON', () => {
    const { stdout } = run('gate --environment production --log closed.md --public-key key.pem --json')
    expect(JSON.parse(stdout)).toEqual({
      environment: 'production',
      state: 'closed',
      reasons: [expect.stringMatching(/^R42 rotated/)],
      warnings: [],
    })
  })

  it('works as one file in an empty folder', () => {
    const empty = mkdtempSync(join(tmpdir(), 'rotation-gate-alone-'))
    try {
      copyFileSync(GATE, join(empty, 'gate.mjs'))
      const args = `--environment production --log ${join(folder, 'open.md')} --public-key ${join(folder, 'key.pem')}`
      const output = execFileSync(process.execPath, ['gate.mjs', ...args.split(' ')], {
        cwd: empty,
        env: { GITHUB_REPOSITORY: LOG_PLACE.repository },
        encoding: 'utf8',
      })
      expect(output).toMatch(/^The gate to production is open/)
      expect(run(args, join(empty, 'gate.mjs'))).toMatchObject({
        code: 64,
        stderr: expect.stringContaining('--repository OWNER/NAME is missing'),
      })
    } finally {
      rmSync(empty, { recursive: true, force: true })
    }
  })
})
