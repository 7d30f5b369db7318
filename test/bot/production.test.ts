import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { startBotProcess } from '#test/support/bot-process'
import { eventually, Person, wordsOf } from '#test/support/person'
import { installForProduction } from '#test/support/production-install'

const SANDBOX = fileURLToPath(new URL('../../sandbox', import.meta.url))

describe('an installation without the packages for development', () => {
  let sandbox: Sandbox
  let folder: string
  const start = (variables: Record<string, string>) =>
    startBotProcess(variables, folder, join(folder, 'src/main.ts'))

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-production-'))
    installForProduction(folder)
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('has neither the sandbox nor its packages', () => {
    for (const name of ['sandbox', 'node_modules/hono', 'node_modules/htm', 'node_modules/vitest'])
      expect(existsSync(join(folder, name))).toBe(false)
    expect(existsSync(join(folder, 'node_modules/@slack/bolt'))).toBe(true)
  })

  it('connects to a workspace elsewhere and answers', async () => {
    const bot = start({
      ...sandbox.env,
      DATABASE_URL: `file:${join(folder, 'rotation.db')}`,
      LOG_LEVEL: 'warn',
    })
    await bot.ready
    const operator = new Person(sandbox.url, 'U0OPERATOR')
    await operator.type('/rotation help')
    await eventually(
      async () => (await operator.messages()).some((each) => wordsOf(each).includes('/rotation start')),
      'the help',
    )
    bot.kill('SIGTERM')
    expect(await bot.ended).toBe(0)
    expect(bot.stderr()).toBe('')
  })

  it.each([
    ['without the folder of the sandbox', () => {}],
    ['with it', () => cpSync(SANDBOX, join(folder, 'sandbox'), { recursive: true })],
  ])(
    'ends with 78 without Slack credentials, and names what to set and what to run, %s',
    async (_, prepare) => {
      prepare()
      const bot = start({})
      expect(await bot.ended).toBe(78)
      expect(bot.stderr()).toContain('SLACK_BOT_TOKEN and SLACK_APP_TOKEN are not set')
      expect(bot.stderr()).toContain('run “npm ci”')
      expect(bot.stderr()).not.toMatch(/\n\s+at /)
    },
  )

  it('ends with 78 when the sandbox alone is started, and names the command', async () => {
    const alone = startBotProcess({}, folder, join(folder, 'sandbox/main.ts'))
    expect(await alone.ended).toBe(78)
    expect(alone.stderr()).toMatch(/^The sandbox is not installed .*: run “npm ci”.*\n$/)
  })

  it('ends with 78 in production, and names every missing variable', async () => {
    const bot = start({ NODE_ENV: 'production' })
    expect(await bot.ended).toBe(78)
    for (const name of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'GITHUB_TOKEN', 'AWS_REGION'])
      expect(bot.stderr()).toContain(`${name} is not set`)
    expect(bot.stderr()).not.toContain('sandbox')
  })

  it('keeps compiled code beside its packages, also where nothing is set yet, and works where it cannot', async () => {
    const cache = join(folder, 'node_modules/.cache/rotation-bot')
    rmSync(cache, { recursive: true, force: true })
    expect(await start({ NODE_ENV: 'production' }).ended).toBe(78)
    const [tree = ''] = readdirSync(cache)
    expect(readdirSync(join(cache, tree)).length).toBeGreaterThan(1_000)
    rmSync(cache, { recursive: true })
    writeFileSync(cache, 'a file in its place')
    const bot = start({ NODE_ENV: 'production' })
    expect(await bot.ended).toBe(78)
    expect(bot.stderr()).toContain('SLACK_BOT_TOKEN is not set')
  })
})
