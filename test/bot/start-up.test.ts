import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#db/open-database'
import type { FaultId } from '#sandbox/faults'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { startBotProcess } from '#test/support/bot-process'

const TROUBLES = ['slack-unavailable', 'slack-no-hello', 'slack-connection-hangs'] satisfies FaultId[]

describe('starting and stopping', () => {
  let sandbox: Sandbox
  let folder: string
  const inFolder = (name: string) => join(folder, name)

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-start-'))
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const variables = (name: string) => ({
    ...sandbox.env,
    DATABASE_URL: `file:${inFolder(`${name}.db`)}`,
    LOG_LEVEL: 'info',
  })

  it('names every mistake of env and config at once, and ends with 78', async () => {
    const config = inFolder('broken.yml')
    writeFileSync(
      config,
      'channel: flashfusion ai\npeople:\n  operators: []\n  devops-lead: [somebody]\ncadence:\n  days: 0\n  time-zone: Europe/Atlantis\nquiet:\n  from: late\ncolour: red\nrepository:\n  name: agents\ntelemetry:\n  queries:\n    - name: failures\n      query: up\n      expect: none\n',
    )
    const bot = startBotProcess({
      ...variables('broken'),
      SLACK_BOT_TOKEN: 'xapp-swapped',
      GITHUB_TOKEN: '',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://nowhere',
      HTTP_PORT: '99999',
      JIRA_EMAIL: 'bot@flashfusion.test',
      PROMETHEUS_URL: 'bot:hidden@prometheus',
      ROTATION_CONFIG: config,
    })
    expect(await bot.ended).toBe(78)
    for (const problem of [
      'SLACK_BOT_TOKEN must begin with xoxb-',
      'GITHUB_TOKEN is not set',
      'LOG_LEVEL',
      'DATABASE_URL must be file:path.db or postgres://user@host/database',
      'HTTP_PORT',
      'JIRA_BASE_URL is not set: JIRA_EMAIL needs it',
      'JIRA_API_TOKEN is not set: JIRA_EMAIL needs it',
      'channel must be',
      'people.operators must name at least one person',
      'people.devops-lead.0 must be a Slack user id',
      'cadence.time-zone must be a time zone',
      'quiet.from must be a time',
      'people.ai-ops-owner must list the people',
      'cadence.days',
      'colour is not a known setting',
      'repository.name must be owner/name',
      'PROMETHEUS_URL must be an http(s) address',
      'telemetry.queries.0.expect',
    ])
      expect(bot.stderr()).toContain(problem)
    expect(bot.stderr()).not.toContain('hidden')
    expect(bot.stderr()).not.toMatch(/\n\s+at /)
  })

  it('is fatal about missing credentials in production, where there is no sandbox', async () => {
    const bot = startBotProcess({ NODE_ENV: 'production' }, folder)
    expect(await bot.ended).toBe(78)
    for (const name of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'GITHUB_TOKEN', 'AWS_REGION'])
      expect(bot.stderr()).toContain(`${name} is not set`)
  })

  it('takes the config that it is given, also beside the sandbox', async () => {
    const config = inFolder('given.yml')
    writeFileSync(config, 'secrets:\n  manager: paper\n')
    const bot = startBotProcess({ ROTATION_CONFIG: config, SANDBOX_PORT: '0' }, folder)
    expect(await bot.ended).toBe(78)
    expect(bot.stderr()).toContain(`${config}: secrets.manager`)
  })

  it('does not touch a database of a newer version', async () => {
    const file = inFolder('newer.db')
    await (await openDatabase(file)).destroy()
    const db = new Database(file)
    db.prepare('insert into kysely_migration (name, timestamp) values (?, ?)').run('2031-01-01-later', 'x')
    db.close()
    const bot = startBotProcess(variables('newer'))
    expect(await bot.ended).toBe(78)
    expect(bot.stderr()).toMatch(/made by a newer version of the bot \(it has 2031-01-01-later\)/)
  })

  it('does not take another file for a database', async () => {
    writeFileSync(
      inFolder('text.db'),
      'this is no database, but a text that is long enough to look like one\n'.repeat(99),
    )
    const bot = startBotProcess(variables('text'))
    expect(await bot.ended).toBe(78)
    expect(bot.stderr()).toMatch(/text\.db cannot be opened/)
  })

  it('does not mix two workspaces in one database', async () => {
    const db = await openDatabase(inFolder('other.db'))
    await db.insertInto('settings').values({ key: 'workspace', valueJson: '"T0OTHER"' }).execute()
    await db.destroy()
    const bot = startBotProcess(variables('other'))
    expect(await bot.ended).toBe(78)
    expect(bot.stderr()).toContain('belongs to another workspace')
  })

  it('says that Slack refuses the token', async () => {
    const bot = startBotProcess({ ...variables('token'), SLACK_BOT_TOKEN: 'xoxb-wrong' })
    expect(await bot.ended).toBe(78)
    expect(bot.stderr()).toContain('Slack does not accept the bot token')
    const app = startBotProcess({ ...variables('token'), SLACK_APP_TOKEN: 'xapp-wrong' })
    expect(await app.ended).toBe(78)
    expect(app.stderr()).toContain('SLACK_APP_TOKEN')
  })

  it('may be started again when Slack cannot be reached', async () => {
    const bot = startBotProcess({ ...variables('away'), SLACK_API_URL: 'http://127.0.0.1:9/' })
    expect(await bot.ended).toBe(1)
    expect(bot.stderr()).toContain('SLACK_BOT_TOKEN: Slack')
  })

  describe('while Slack is in trouble', () => {
    const setFault = (id: FaultId, on: boolean) => {
      sandbox.world.faults.set(id, on)
      sandbox.world.changed('faults')
    }
    afterEach(() => {
      for (const id of TROUBLES) setFault(id, false)
    })

    it.each(TROUBLES)('keeps trying, and starts when %s is over', async (fault) => {
      setFault(fault, true)
      const bot = startBotProcess(variables(fault))
      await expect
        .poll(bot.stderr, { timeout: 30_000 })
        .toMatch(/the start waits for Slack|no connection to Slack/)
      setFault(fault, false)
      await bot.ready
      bot.kill('SIGTERM')
      expect(await bot.ended).toBe(0)
    })

    it.each([
      ['SIGTERM', 'slack-unavailable'],
      ['SIGINT', 'slack-connection-hangs'],
    ] as const)('ends with 0 on %s before it is connected, with %s', async (signal, fault) => {
      setFault(fault, true)
      const bot = startBotProcess(variables(`early-${signal}`))
      await expect
        .poll(bot.stderr, { timeout: 30_000 })
        .toMatch(/the start waits for Slack|no connection to Slack/)
      bot.kill(signal)
      expect(await bot.ended).toBe(0)
    })
  })

  it('says which port is in use', async () => {
    const blocker = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => blocker.once('listening', resolve))
    const address = blocker.address()
    const port = typeof address === 'object' && address ? String(address.port) : ''
    const bot = startBotProcess({ SANDBOX_PORT: port }, folder)
    expect(await bot.ended).toBe(78)
    expect(bot.stderr()).toContain('SANDBOX_PORT')
    blocker.close()
  })

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with 0 on %s, and shows no credential in its log',
    async (signal) => {
      const bot = startBotProcess({ ...variables(signal), LOG_LEVEL: 'trace' })
      await bot.ready
      bot.kill(signal)
      expect(await bot.ended).toBe(0)
      expect(bot.stderr()).toContain('connected to Slack')
      expect(bot.stderr()).not.toContain(sandbox.env.SLACK_BOT_TOKEN)
      expect(bot.stderr()).not.toContain(sandbox.env.GITHUB_TOKEN)
    },
  )
})
