import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { CREDENTIALS, REPOSITORY } from '#sandbox/demo-users'
import { repositoryOf } from '#sandbox/github/repository'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { aSealedLog, type RowParts } from '#test/support/sealed-log'
import { aSigningKey, publicPem } from '#test/support/signing-keys'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const KEY = aSigningKey()

interface Action {
  inputs: Record<string, { default?: string; required?: boolean }>
  runs: { steps: { run: string; env: Record<string, string> }[] }
}
interface Job {
  steps: { uses?: string; with?: Record<string, string> }[]
}

const action: Action = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8'))

/** The job of docs/gate.md, as people copy it. */
function documentedJob(): Job {
  const text = readFileSync(join(ROOT, 'docs/gate.md'), 'utf8')
  const [, block = ''] = /```yaml\n([\s\S]+?)```/.exec(text) ?? []
  const workflow: { jobs: Record<string, Job> } = parse(block.replaceAll(/^ {3}/gm, ''))
  return workflow.jobs.gate ?? { steps: [] }
}

interface Ran {
  code: number
  printed: string
  summary: string
  output: string
}

describe('the action', () => {
  let sandbox: Sandbox
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-gate-'))
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const NOW = () => new Date().toISOString()
  const commitLog = (content: string, branch: string = REPOSITORY.branch) =>
    repositoryOf(sandbox.world).commit({
      message: 'Write the log',
      author: { login: 'rotation-bot', name: 'Rotation bot', email: 'bot@flashfusion.example' },
      changes: [{ path: REPOSITORY.log, content: Buffer.from(content) }],
      branch,
    })
  const log = (rows: RowParts[]) =>
    aSealedLog(
      KEY,
      rows.map((row) => ({ at: NOW(), ...row })),
    )

  /** Evaluates the expressions that the action and the job use. */
  const evaluate = (text: string, values: Record<string, string>): string =>
    text.replaceAll(/\$\{\{ ([\w.-]+) \}\}/g, (_, name: string) => {
      const value = values[name]
      if (value === undefined) throw new Error(`nothing gives ${name}`)
      return value
    })

  /** Runs the job's step as a runner does. */
  async function runJob(given: Record<string, string> = {}): Promise<Ran> {
    const github = {
      'vars.ROTATION_LOG_KEY': publicPem(KEY),
      'github.repository': 'flashfusion/agents',
      'github.token': CREDENTIALS.githubToken,
      'github.action_path': ROOT,
    }
    const asked = { ...documentedJob().steps[0]?.with, branch: REPOSITORY.branch, ...given }
    const inputs = Object.fromEntries(
      Object.entries(action.inputs).map(([name, input]) => [
        `inputs.${name}`,
        evaluate(String(asked[name as keyof typeof asked] ?? input.default ?? ''), github),
      ]),
    )
    const [step] = action.runs.steps
    if (!step) throw new Error('the action has no step')
    const env = Object.fromEntries(
      Object.entries(step.env).map(([name, text]) => [name, evaluate(text, { ...github, ...inputs })]),
    )
    const [output, summary] = [join(folder, 'output'), join(folder, 'summary')]
    for (const file of [output, summary]) writeFileSync(file, '')
    return new Promise((resolve) => {
      execFile(
        'bash',
        ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run],
        {
          cwd: folder,
          env: {
            PATH: process.env.PATH,
            GITHUB_API_URL: sandbox.env.GITHUB_API_URL,
            GITHUB_OUTPUT: output,
            GITHUB_STEP_SUMMARY: summary,
            ...env,
          },
        },
        (error, stdout, stderr) =>
          resolve({
            code: typeof error?.code === 'number' ? error.code : 0,
            printed: stdout + stderr,
            summary: readFileSync(summary, 'utf8'),
            output: readFileSync(output, 'utf8'),
          }),
      )
    })
  }

  const APPROVED: RowParts[] = [{ event: 'rotated' }, { event: 'approved' }]

  it('is asked for by the documented job with what it needs', () => {
    const [step] = documentedJob().steps
    expect(step?.uses).toMatch(/^flashfusion\/rotation-bot@v/)
    for (const name of Object.keys(step?.with ?? {})) expect(Object.keys(action.inputs)).toContain(name)
    for (const [name, input] of Object.entries(action.inputs))
      if (input.required) expect(Object.keys(step?.with ?? {})).toContain(name)
    // A value in the script itself could break out of it.
    expect(action.runs.steps[0]?.run).not.toContain('${{')
  })

  it('is open, says so in one sentence, and writes a summary', async () => {
    commitLog(log(APPROVED))
    const ran = await runJob()
    expect(ran).toEqual({
      code: 0,
      printed:
        'The gate to production is open: Both roles approved the newest rotation of each token of production.\n',
      summary: expect.stringMatching(
        /^### Rotation gate: open\n\nThe gate to production is open: Both roles/,
      ),
      output: 'state=open\n',
    })
  })

  it('reads a log above 1 MB, whose content GitHub leaves out of JSON', async () => {
    const words = 'What people wrote above the table stays. '.repeat(2_000)
    const large = (rows: RowParts[]) => log(rows).replace('\n\n', `\n\n${`${words}\n\n`.repeat(16)}`)
    expect(Buffer.byteLength(large(APPROVED))).toBeGreaterThan(1_200_000)
    commitLog(large(APPROVED))
    expect(await runJob()).toMatchObject({ code: 0, output: 'state=open\n' })
    commitLog(large([...APPROVED, { event: 'rotated', rotation: 'R43' }]))
    expect(await runJob()).toMatchObject({ code: 1, printed: expect.stringMatching(/closed: R43 rotated/) })
  })

  it.each<[string, () => string, Record<string, string>, number, RegExp]>([
    [
      'a token is rotated and not approved',
      () => log([...APPROVED, { event: 'rotated', rotation: 'R43' }]),
      {},
      1,
      /closed: R43 rotated/,
    ],
    [
      'an incident is open',
      () => log([...APPROVED, { event: 'incident-opened', rotation: 'R43' }]),
      {},
      1,
      /closed: The incident R43 is open/,
    ],
    [
      'the approval is too old',
      () => log(APPROVED.map((row) => ({ ...row, at: '2020-01-01T00:00:00.000Z' }))),
      {},
      1,
      /days old; 30 are allowed/,
    ],
    [
      'the approval is too old for this job',
      () => log(APPROVED.map((row) => ({ ...row, at: new Date(Date.now() - 9 * 86_400_000).toISOString() }))),
      { 'max-age-days': '7', 'grace-days': '1' },
      1,
      /is 9 days old; 7 are allowed, and 1 of grace/,
    ],
    [
      'another key sealed it',
      () => log(APPROVED),
      { 'public-key': publicPem(aSigningKey()) },
      1,
      /is not sealed by a given key/,
    ],
    [
      'a row was forged',
      () => log([{ event: 'rotated' }, { event: 'rejected' }]).replace('rejected', 'approved'),
      {},
      1,
      /does not match its seal/,
    ],
    [
      'a row was added by hand',
      () => {
        const rows = log([{ event: 'rotated' }])
        const last = rows.trimEnd().split('\n').at(-1) ?? ''
        return `${rows}${last
          .replace('| rotated |', '| approved |')
          .replace('| 1 |', '| 2 |')
          .replace(/[^|]*\|$/, ' – |')}\n`
      },
      {},
      1,
      /has no seal, and rows above it have: it was added by hand/,
    ],
    [
      'a row is missing',
      () => log([{ event: 'validated' }, ...APPROVED]).replace(/.*\| 2 \|.*\n/, ''),
      {},
      1,
      /a row is missing, or out of order/,
    ],
    [
      'a waiver has ended',
      () => log([{ event: 'rotated' }, { event: 'waived', evidence: 'until 2026-01-01T00:00:00.000Z' }]),
      {},
      1,
      /closed: R42 rotated/,
    ],
    [
      'no key is given',
      () => log(APPROVED),
      { 'public-key': '' },
      2,
      /because nobody can tell: No public key is given/,
    ],
    ['no row is sealed', () => aSealedLog(null, APPROVED), {}, 2, /No row of the log is sealed/],
    [
      'the branch is not there',
      () => log(APPROVED),
      { branch: 'rotation-log' },
      2,
      /on rotation-log of flashfusion\/agents cannot be fetched \(HTTP 404\)/,
    ],
    [
      'the token may not read',
      () => log(APPROVED),
      { token: 'revoked' },
      2,
      /cannot be fetched \(HTTP 401\)/,
    ],
    [
      'a number is malformed',
      () => log(APPROVED),
      { 'max-age-days': 'x; echo open' },
      64,
      /--max-age-days must be a number of days/,
    ],
  ])('fails when %s', async (_, file, given, code, expected) => {
    commitLog(file())
    const ran = await runJob(given)
    expect(ran.printed).toMatch(expected)
    expect(ran.code).toBe(code)
    expect(ran.output).toBe(`state=${code === 1 ? 'closed' : 'unknown'}\n`)
    expect(ran.summary).toContain(ran.printed.trim())
  })

  it('reads the head of the branch, whatever was there before', async () => {
    commitLog(log(APPROVED))
    expect((await runJob()).code).toBe(0)
    commitLog(log([...APPROVED, { event: 'withdrawn' }]))
    expect((await runJob()).code).toBe(1)
  })
})
