import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '#config/config'
import { readLogRows } from '#domain/rotation/log-file'
import { isSealedBy, logHash, sealsOf } from '#domain/rotation/seal'
import { REPOSITORY } from '#sandbox/demo-users'
import { repositoryOf } from '#sandbox/github/repository'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { type Bot, startBot } from '#startup/bot'
import { COMPILE_CACHE } from '#test/support/compile-cache'
import { eventually, Person } from '#test/support/person'
import { QUICK_WAITS, quickTasks } from '#test/support/quick-tasks'
import { aSigningKey, privatePem, publicPem } from '#test/support/signing-keys'

const FIRST = aSigningKey()
const SECOND = aSigningKey()
const KEYS = [FIRST, SECOND]
const PUBLIC_KEY = 'ops/rotation-log-key.pem'
const PLACE = { repository: 'flashfusion/agents', branch: 'main', path: REPOSITORY.log }

describe('a bot with a signing key', () => {
  let folder: string
  let sandbox: Sandbox
  let operator: Person
  let bot: Bot | null = null

  const start = async (variables: Record<string, string>) => {
    const read = readConfig({ ...sandbox.env, DATABASE_URL: `file:${join(folder, 'bot.db')}`, ...variables })
    const config = { ...read, quiet: { from: '00:00', to: '24:00', weekends: true } }
    const clock = { now: () => sandbox.clock.now().toISOString() }
    bot = await startBot(config, clock, pino({ level: 'silent' }), {
      tasks: quickTasks(),
      waits: QUICK_WAITS,
    })
  }
  const stop = async () => {
    await bot?.stop()
    bot = null
  }
  const doctor = (variables: Record<string, string>): Promise<string> =>
    new Promise((resolve) => {
      const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
      const DATABASE_URL = `file:${join(folder, 'bot.db')}`
      const env = { PATH: process.env.PATH, ...COMPILE_CACHE, ...sandbox.env, DATABASE_URL, ...variables }
      execFile(process.execPath, [main, 'doctor'], { env }, (_, stdout, stderr) => resolve(stdout + stderr))
    })
  const logRows = () => {
    const files = repositoryOf(sandbox.world)
    return readLogRows(files.blob(files.treeOf(files.head()).get(REPOSITORY.log) ?? '').toString('utf8'))
  }
  const publish = (content: string) =>
    repositoryOf(sandbox.world).commit({
      message: 'Publish the key of the log',
      author: { login: 'operator', name: 'operator', email: 'operator@flashfusion.example' },
      changes: [{ path: PUBLIC_KEY, content: Buffer.from(content) }],
    })
  const openIncident = async (agent: string) => {
    await operator.type('/rotation incident')
    const view = await operator.modal('incident')
    await operator.submit(view, {
      trigger: 'policy-hit',
      severity: 'P2',
      reason: 'seen in a log',
      scope: [`agent:${agent}`],
    })
  }
  const events = () => logRows().map(({ event }) => event)
  const logHas = (expected: string[]) =>
    eventually(async () => events().join() === expected.join(), `the rows ${expected}`)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-key-'))
    sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20, startsAtHour: 11 })
    // The AWS SDK reads the environment itself.
    Object.assign(process.env, sandbox.env)
    operator = new Person(sandbox.url, 'U0OPERATOR')
  })
  afterEach(stop)
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('signs each row onto the file as it was just read, after a conflict too', async () => {
    sandbox.world.faults.set('github-conflict', true)
    await start({ ROTATION_SIGNING_KEY: privatePem(FIRST) })
    await openIncident('evaluator')
    await logHas(['incident-opened'])
    sandbox.world.faults.set('github-conflict', false)
    expect(logRows().map((row) => sealsOf(row)?.map(({ key }) => key))).toEqual([[FIRST.id]])
  })

  it('is not started again with another key in silence: the rows wait, and the doctor says why', async () => {
    const variables = { ROTATION_SIGNING_KEY: privatePem(SECOND) }
    await start(variables)
    await openIncident('orchestrator')
    await eventually(async () => {
      const waiting = await bot?.context.db
        .selectFrom('outboxJobs')
        .select('problem')
        .where('kind', '=', 'log-entry')
        .where('doneAt', 'is', null)
        .execute()
      return waiting?.[0]?.problem?.includes(`the bot’s key is ${SECOND.id}`)
    }, 'the row waits with the reason')
    expect(events()).toEqual(['incident-opened'])
    publish(publicPem(FIRST))
    const words = await doctor(variables)
    expect(words).toMatch(new RegExp(`broken +Signing key +The newest row .* key ${FIRST.id}, and`))
    expect(words).toMatch(new RegExp(`broken +(Signing key +)?The public key .* of the key ${FIRST.id}, and`))
  })

  it('writes what waited, and that the key changed, once it has both', async () => {
    const variables = {
      ROTATION_SIGNING_KEY: privatePem(SECOND),
      ROTATION_SIGNING_KEY_BEFORE: privatePem(FIRST),
    }
    await start(variables)
    await logHas(['incident-opened', 'incident-opened', 'key-changed'])
    await stop()
    await start({ ROTATION_SIGNING_KEY: privatePem(SECOND) })
    await openIncident('tool-runner')
    await logHas(['incident-opened', 'incident-opened', 'key-changed', 'incident-opened'])
    const rows = logRows()
    expect(rows.map((row) => sealsOf(row)?.map(({ key }) => key))).toEqual([
      [FIRST.id],
      [FIRST.id],
      [FIRST.id, SECOND.id],
      [SECOND.id],
    ])
    rows.forEach((row, index) => {
      const before = logHash(rows.slice(0, index))
      for (const seal of sealsOf(row) ?? []) {
        const key = KEYS.find(({ id }) => id === seal.key)?.publicKey
        expect(key && isSealedBy(PLACE, before, row, seal, key)).toBe(true)
      }
    })
    publish(publicPem(SECOND))
    const words = await doctor({ ROTATION_SIGNING_KEY: privatePem(SECOND) })
    expect(words).toMatch(new RegExp(`fine +Signing key +The key ${SECOND.id} signs the rows`))
    expect(words).toMatch(
      new RegExp(`fine +(Signing key +)?The public key .* is that of the key ${SECOND.id}`),
    )
    expect(await doctor({})).toMatch(/broken +Signing key .*ROTATION_SIGNING_KEY is not set/)
  })
})
