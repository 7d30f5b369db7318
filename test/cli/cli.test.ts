import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabase } from '#db/open-database'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { startBotProcess } from '#test/support/bot-process'
import { COMPILE_CACHE } from '#test/support/compile-cache'
import { Person } from '#test/support/person'
import { start } from '#test/support/run-rotation'

interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** Runs a command of `rotation` to its end. */
const run = (command: string, variables: Record<string, string>): Promise<Ended> =>
  new Promise((resolve) => {
    const file = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
    const env = { PATH: process.env.PATH, ...COMPILE_CACHE, ...variables }
    execFile(process.execPath, [file, ...command.split(' ')], { env }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
    )
  })

describe('from the shell', () => {
  let sandbox: Sandbox
  let folder: string
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-doctor-'))
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const database = (name: string) => join(folder, `${name}.db`)
  const variables = (name: string, more: Record<string, string> = {}) => ({
    ...sandbox.env,
    DATABASE_URL: `file:${database(name)}`,
    ...more,
  })
  /** A config as the sandbox's, with backups. */
  const configWithBackups = () => {
    const file = join(folder, 'backups.yml')
    const given = readFileSync(sandbox.env.ROTATION_CONFIG ?? '', 'utf8')
    writeFileSync(file, `${given}\nbackup:\n  folder: ${join(folder, 'backups')}\n`)
    return file
  }

  describe('the doctor', () => {
    it('ends with 2 while nothing is broken, but not everything is readable', async () => {
      await (await openDatabase(database('seeded'))).destroy()
      const { code, stdout, stderr } = await run('doctor', variables('seeded'))
      expect(stderr).toBe('')
      expect(stdout).toMatch(/^fine +Slack connection +Slack accepts the app token/m)
      expect(stdout).toMatch(
        /^unknown +GitHub permissions +The bot has written nothing yet.*\n +→ Check on GitHub/m,
      )
      expect(stdout).toMatch(/^not set up +Backup /m)
      expect(stdout).not.toMatch(/^broken/m)
      expect(stdout).toMatch(/\n1 unknown, 2 not set up, \d+ fine\n$/)
      expect(code).toBe(2)
    })

    it('ends with 1 and names each that is broken, also what keeps the bot from starting', async () => {
      const { code, stdout } = await run(
        'doctor',
        variables('never-made', { SLACK_APP_TOKEN: 'xapp-revoked', GITHUB_TOKEN: 'revoked' }),
      )
      expect(stdout).toMatch(/^broken +Slack connection .*\(invalid_auth\)\n +→ Enable Socket Mode/m)
      expect(stdout).toMatch(
        /^broken +Repository +.*does not accept the token.*\n +→ Check that GITHUB_TOKEN/m,
      )
      expect(stdout).toMatch(/^fine +Database +There is no database yet; the bot creates it/m)
      expect(stdout).toMatch(/^unknown +History +There is no database/m)
      expect(code).toBe(1)
      expect(existsSync(database('never-made'))).toBe(false)
    })

    it('says what it can when Slack refuses the bot’s token', async () => {
      const { code, stdout } = await run('doctor', variables('token', { SLACK_BOT_TOKEN: 'xoxb-revoked' }))
      expect(stdout).toMatch(/^unknown +Slack scopes +.*does not accept the bot token/m)
      expect(stdout).toMatch(/^broken +Channel +.*does not accept the bot token/m)
      expect(stdout).toMatch(/^fine +Repository/m)
      expect(stdout).not.toContain('xoxb-revoked')
      expect(code).toBe(1)
    })

    it('names every mistake of env and config, and ends with 78', async () => {
      const { code, stdout, stderr } = await run('doctor', { NODE_ENV: 'production' })
      expect(code).toBe(78)
      expect(stdout).toBe('')
      expect(stderr).toContain('SLACK_BOT_TOKEN is not set')
      expect(stderr).not.toMatch(/\n\s+at /)
    })

    it('works beside the bot, and does not take anything of what is meant for it', async () => {
      const bot = startBotProcess(variables('beside'))
      await bot.ready
      const [one, two] = await Promise.all([
        run('doctor', variables('beside')),
        run('doctor', variables('beside')),
      ])
      expect([one.code, two.code]).toEqual([2, 2])
      const { connections } = (await (await fetch(`${sandbox.url}/sandbox/api/slack/socket`)).json()) as {
        connections: number
      }
      expect(connections).toBe(1)
      bot.kill('SIGTERM')
      expect(await bot.ended).toBe(0)
    })
  })

  describe('the backup', () => {
    it('is made beside the bot, and the doctor finds it', async () => {
      const env = variables('kept', { ROTATION_CONFIG: configWithBackups() })
      const bot = startBotProcess(env)
      await bot.ready
      expect((await run('doctor', env)).stdout).toMatch(/^broken +Backup +There is no backup/m)
      const { code, stdout } = await run('backup', env)
      expect(stdout).toContain('was backed up to')
      expect(code).toBe(0)
      expect((await run('doctor', env)).stdout).toMatch(/^fine +Backup .*is 0 h old and intact/m)
      bot.kill('SIGTERM')
      expect(await bot.ended).toBe(0)
      expect(readdirSync(join(folder, 'backups'))).toHaveLength(1)
    })

    it('says what to set where no folder is configured, and what is wrong where there is no database', async () => {
      const without = await run('backup', variables('none'))
      expect(without).toMatchObject({ code: 78, stderr: expect.stringContaining('backup.folder is not set') })
      const missing = await run('backup', variables('none', { ROTATION_CONFIG: configWithBackups() }))
      expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('could not be backed up') })
      expect(missing.stderr).not.toMatch(/\n\s+at /)
    })
  })

  describe('the status', () => {
    it('says how old the tokens are and what is open, in words and as JSON, beside the bot', async () => {
      const env = variables('status')
      const bot = startBotProcess(env)
      await bot.ready
      await start(new Person(sandbox.url, 'U0OPERATOR'))
      const words = await run('status', env)
      expect(words).toMatchObject({ code: 0, stderr: '' })
      expect(words.stdout).toMatch(/^ {2}overdue {3}\S+\/\S+ {2}\d+ d old, due \d{4}-\d{2}-\d{2}$/m)
      expect(words.stdout).toContain('  R1  manual, open, 0 of 5 steps done, waits for: step')
      expect(words.stdout).toContain('No old version is still to be revoked.')
      const { tokens, rotations, oldVersions } = JSON.parse((await run('status --json', env)).stdout)
      expect(tokens).toHaveLength(9)
      expect(rotations).toMatchObject([{ id: 'R1', status: 'open', waitsFor: 'step', stepsDone: [] }])
      expect(oldVersions).toEqual([])
      bot.kill('SIGTERM')
      expect(await bot.ended).toBe(0)
    })

    it('says what to do where there is no database, and takes no other word', async () => {
      const missing = await run('status', variables('never'))
      expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining('Start the bot once') })
      expect(existsSync(database('never'))).toBe(false)
      expect((await run('status now', variables('never'))).code).toBe(64)
    })
  })
})
