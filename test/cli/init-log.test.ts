import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readConfig } from '#config/config'
import { NEW_FILE, readLogRows } from '#domain/rotation/log-file'
import { REPOSITORY } from '#sandbox/demo-users'
import { readText, repositoryOf } from '#sandbox/github/repository'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { startBot } from '#startup/bot'
import { COMPILE_CACHE } from '#test/support/compile-cache'
import { eventually, Person } from '#test/support/person'
import { QUICK_WAITS, quickTasks } from '#test/support/quick-tasks'

const MAIN = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

describe('rotation init-log', () => {
  let sandbox: Sandbox
  let folder: string
  let variables: Record<string, string>
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-init-log-'))
    sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20, startsAtHour: 11 })
    Object.assign(process.env, sandbox.env)
    const file = join(folder, 'config.yml')
    const given = readFileSync(sandbox.env.ROTATION_CONFIG ?? '', 'utf8')
    writeFileSync(file, `${given}\nlog:\n  branch: rotation-log\n`)
    variables = { ...sandbox.env, ROTATION_CONFIG: file, DATABASE_URL: `file:${join(folder, 'bot.db')}` }
  })
  afterAll(async () => {
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const run = (command: string, env = variables): Promise<{ code: number; words: string }> =>
    new Promise((resolve) => {
      const all = { PATH: process.env.PATH, ...COMPILE_CACHE, ...env }
      execFile(process.execPath, [MAIN, command], { env: all }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, words: stdout + stderr }),
      )
    })
  const files = () => repositoryOf(sandbox.world)
  const logOn = (branch: string) => {
    const tree = files().treeOf(files().head(branch))
    return files()
      .blob(tree.get(REPOSITORY.log) ?? '')
      .toString('utf8')
  }

  it('says what to set first, and the doctor asks for it', async () => {
    const without = await run('init-log', {
      ...variables,
      ROTATION_CONFIG: sandbox.env.ROTATION_CONFIG ?? '',
    })
    expect(without).toEqual({ code: 78, words: expect.stringContaining('log.branch is not set') })
    expect((await run('doctor')).words).toMatch(
      /broken +Repository +flashfusion\/agents has no branch rotation-log for the log\n +→ Run “rotation init-log”/,
    )
  })

  it('begins the log on a branch without any other file, once', async () => {
    const main = files().head()?.sha
    expect(await run('init-log')).toEqual({
      code: 0,
      words: expect.stringContaining('begins on the branch rotation-log'),
    })
    const head = files().head('rotation-log')
    expect(head?.parent).toBeNull()
    expect([...files().treeOf(head).keys()]).toEqual([REPOSITORY.log])
    expect(logOn('rotation-log')).toBe(NEW_FILE)
    expect(files().head()?.sha).toBe(main)
    expect(await run('init-log')).toEqual({ code: 0, words: expect.stringContaining('nothing was changed') })
    expect(files().head('rotation-log')?.sha).toBe(head?.sha)
  })

  it('gets the rows there, while main stays as it is; not while a rotation is open', async () => {
    const read = readConfig(variables)
    const config = { ...read, quiet: { from: '00:00', to: '24:00', weekends: true } }
    const clock = { now: () => sandbox.clock.now().toISOString() }
    const bot = await startBot(config, clock, pino({ level: 'silent' }), {
      tasks: quickTasks(),
      waits: QUICK_WAITS,
    })
    const before = readText(files(), REPOSITORY.log)
    const operator = new Person(sandbox.url, 'U0OPERATOR')
    await operator.type('/rotation incident')
    const answers = {
      trigger: 'policy-hit',
      severity: 'P2',
      reason: 'seen in a log',
      scope: ['agent:evaluator'],
    }
    await operator.submit(await operator.modal('incident'), answers)
    await eventually(async () => readLogRows(logOn('rotation-log')).length === 1, 'the row')
    await bot.stop()
    expect(readText(files(), REPOSITORY.log)).toBe(before)
    expect(await run('init-log')).toEqual({
      code: 1,
      words: expect.stringContaining('R1 would have rows in two logs'),
    })
    expect((await run('doctor')).words).toMatch(/fine +Repository +.* its branch main and rotation-log$/m)
  })
})
