import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { logAppended } from '#checks/log-appended'
import { readConfig } from '#config/config'
import { databaseRecords } from '#db/database-records'
import { findRotation } from '#db/queries/rotations'
import { databaseIdentity } from '#doctor/database-identity'
import { readLogRows } from '#domain/rotation/log-file'
import { checkInput } from '#operations/readings/check-input'
import { compareWithLog } from '#operations/scheduled/compare-with-log'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { type Bot, startBot } from '#startup/bot'
import { COMPILE_CACHE } from '#test/support/compile-cache'
import { someDiagnostics } from '#test/support/diagnostics'
import { eventually, Person, wordsOf } from '#test/support/person'
import { QUICK_WAITS, quickTasks } from '#test/support/quick-tasks'

describe('a database that is not the newest', () => {
  let folder: string
  let file: string
  let sandbox: Sandbox
  let operator: Person
  let bot: Bot | null = null
  const variables = () => ({ ...sandbox.env, DATABASE_URL: `file:${file}` })

  const startIt = async (): Promise<Bot> => {
    const clock = { now: () => sandbox.clock.now().toISOString() }
    const read = readConfig(variables())
    const config = { ...read, quiet: { from: '00:00', to: '24:00', weekends: true } }
    const options = { tasks: quickTasks(), waits: QUICK_WAITS }
    bot = await startBot(config, clock, pino({ level: 'silent' }), options)
    return bot
  }
  const stopIt = async () => {
    await bot?.stop()
    bot = null
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-restored-'))
    file = join(folder, 'rotation.db')
    sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20, startsAtHour: 11 })
    // The AWS SDK reads the environment itself.
    Object.assign(process.env, sandbox.env)
    operator = new Person(sandbox.url, 'U0OPERATOR')
  })
  afterEach(async () => {
    await stopIt()
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const submitIncident = async (agent: string) => {
    await operator.type('/rotation incident')
    const view = await operator.modal('incident')
    const result = await operator.submit(view, {
      trigger: 'policy-hit',
      severity: 'P2',
      reason: 'seen in a log',
      scope: [`agent:${agent}`],
    })
    if (result.errors) await operator.close(view)
    return result
  }
  const logRows = async () => {
    const { files } = await operator.get<{ files: { path: string; content: string }[] }>('repository')
    return readLogRows(files.find(({ path }) => path.endsWith('rotation-log.md'))?.content ?? '')
  }
  const rowsOf = (count: number) =>
    eventually(async () => {
      const rows = await logRows()
      return rows.length >= count && rows
    }, `${count} rows`)
  const incident = async (agent: string, label: string) => {
    const before = (await logRows()).length
    expect((await submitIncident(agent)).errors).toBeUndefined()
    await operator.card(label)
    await rowsOf(before + 1)
  }
  const gapMessages = async () =>
    (await operator.messages()).filter((each) => each.metadata?.event_type === 'rotation_database_gap')
  const doctor = () => {
    const { readLog } = bot?.context.repository ?? {}
    if (!readLog) throw new Error('a bot')
    const database = databaseRecords(file, null)
    return databaseIdentity.run(someDiagnostics({ repository: { readLog }, database }))
  }
  const declare = (...args: string[]) =>
    new Promise<{ code: number; stdout: string; stderr: string }>((resolve) => {
      const script = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))
      const env = { PATH: process.env.PATH, ...COMPILE_CACHE, ...variables() }
      execFile(process.execPath, [script, 'db', 'restored', ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr }),
      )
    })

  it('restored from an older backup: is reported, numbers go on above the log, and the gap can be declared', async () => {
    await startIt()
    await incident('evaluator', 'R1')
    await stopIt()
    copyFileSync(file, join(folder, 'backup.db'))
    await startIt()
    await incident('orchestrator', 'R2')
    const [card] = (await operator.messages()).filter(
      (each) => each.metadata?.event_payload.rotation_id === 'R2',
    )
    expect(card?.metadata?.event_payload.database_id).toBe(bot?.context.integrity.databaseId)
    await stopIt()
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    copyFileSync(join(folder, 'backup.db'), file)

    const restored = await startIt()
    expect(restored.context.integrity.records).toMatchObject({ state: 'behind', cause: 'older', highest: 2 })
    const said = await eventually(async () => {
      const found = await gapMessages()
      return found.length > 0 && found
    }, 'the message')
    expect(wordsOf(said)).toContain('does not know row 2 of the rotation log')
    expect(wordsOf(said)).toContain('restored from an older backup')
    expect(await doctor()).toMatchObject([
      { condition: 'broken', sentence: expect.stringContaining('older backup') },
    ])

    await incident('tool-runner', 'R3')
    await compareWithLog(restored.context)
    await stopIt()
    await startIt()
    expect(await gapMessages()).toHaveLength(1)

    expect((await declare()).code).toBe(64)
    const declared = await declare('--reason', 'the disk was lost')
    expect(declared).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^Declared: /) })
    const rows = await rowsOf(4)
    expect(rows.at(-1)).toMatchObject({ event: 'restored' })
    expect(rows.at(-1)?.cells.get('evidence')).toContain('the disk was lost')
    if (!bot) throw new Error('a bot')
    await compareWithLog(bot.context)
    expect(bot.context.integrity.records).toEqual({ state: 'same' })
    expect(await doctor()).toMatchObject([{ condition: 'fine' }])
    expect((await declare('--reason', 'again')).code).toBe(1)
  }, 120_000)

  it('empty: does not number from R1 again, and says so in step 5', async () => {
    await startIt()
    await incident('evaluator', 'R1')
    await stopIt()
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    const { context } = await startIt()
    expect(context.integrity.records).toMatchObject({ state: 'behind', cause: 'empty', highest: 1, cards: 1 })
    await incident('evaluator', 'R2')
    await compareWithLog(context)
    // A card of R2 that is posted now is not one that an earlier database posted.
    const rotation = await findRotation(context.db, 2)
    if (!rotation) throw new Error('R2')
    const verdict = await logAppended.run(
      checkInput(context, rotation, { freshness: 'listed', environments: null }),
    )
    expect(verdict.sentence).not.toContain('disagree')
  }, 60_000)

  it('not compared, because GitHub is out of reach: starts, and opens nothing until it could compare', async () => {
    await operator.post('faults', { id: 'github-unavailable', on: true })
    const { context } = await startIt()
    expect(context.integrity.records.state).toBe('unknown')
    expect(await gapMessages()).toEqual([])
    await operator.post('faults', { id: 'github-unavailable', on: false })
    // The schedule compares every minute; until then the answer is a sentence.
    const { errors } = await submitIncident('evaluator')
    expect(JSON.stringify(errors ?? (await operator.views()))).toContain('could not compare its database')
    await compareWithLog(context)
    expect(context.integrity.records).toEqual({ state: 'same' })
    await incident('evaluator', 'R1')
  }, 60_000)

  it('new, beside a log that is new: starts as always', async () => {
    const { context } = await startIt()
    expect(context.integrity.records).toEqual({ state: 'same' })
    await incident('evaluator', 'R1')
    await stopIt()
    expect((await startIt()).context.integrity.records).toEqual({ state: 'same' })
  }, 60_000)
})
