import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { openDatabase } from '#db/open-database'
import { findHashes } from '#db/queries/events'
import { verifyChain } from '#db/verify-chain'
import { createSandbox } from '#sandbox/sandbox'
import { startBotProcess } from '#test/support/bot-process'
import { makePostgresDatabase } from '#test/support/databases'
import { finishWithNothingDoubled, logRows } from '#test/support/nothing-doubled'
import { Person } from '#test/support/person'
import { completeStep, start } from '#test/support/run-rotation'

const CLI = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url))

it('a rotation begins on SQLite, is copied, and is finished on PostgreSQL', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rotation-moved-'))
  const file = `file:${join(folder, 'rotation.db')}`
  const made = await makePostgresDatabase(null)
  const sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20 })
  const operator = new Person(sandbox.url, 'U0OPERATOR')
  let bot = startBotProcess({ ...sandbox.env, DATABASE_URL: file, LOG_LEVEL: 'warn' })
  try {
    await bot.ready
    await start(operator)
    await completeStep(operator, 'R1', 'inventory-review')
    await completeStep(operator, 'R1', 'automation-health')
    await completeStep(operator, 'R1', 'rotation-execution')
    const copy = (from: string, to: string) =>
      promisify(execFile)(process.execPath, [CLI, 'db', 'copy', from, to])
    await expect(copy(file, made.url)).rejects.toMatchObject({
      stderr: expect.stringContaining('Another process has the source open, as a running bot does. Stop'),
    })
    bot.kill('SIGTERM')
    await bot.ended

    const { stdout } = await copy(file, made.url)
    expect(stdout).toMatch(
      /^Copied \d+ rows of 27 tables\. The history of \d+ events is intact on both sides/,
    )
    bot = startBotProcess({ ...sandbox.env, DATABASE_URL: made.url, LOG_LEVEL: 'warn' })
    await bot.ready
    await expect(copy(made.url, `file:${join(folder, 'back.db')}`)).rejects.toMatchObject({
      stderr: expect.stringMatching(/Bots run on the source: \S+:\d+\. Stop/),
    })

    await finishWithNothingDoubled(operator, sandbox.url)

    const db = await openDatabase(made.database)
    expect((await verifyChain(db)).problem).toBeNull()
    const heads = (await logRows(operator)).flatMap(({ head }) => head ?? [])
    expect(heads).toHaveLength(5)
    const hashes = await findHashes(
      db,
      heads.map(({ count }) => count),
    )
    expect(heads.map(({ count }) => hashes.get(count))).toEqual(heads.map(({ hash }) => hash))
    await db.destroy()
  } finally {
    bot.kill('SIGKILL')
    await sandbox.close()
    await made.remove()
    rmSync(folder, { recursive: true, force: true })
  }
}, 300_000)
