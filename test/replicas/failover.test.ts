import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { openDatabase } from '#db/open-database'
import { verifyChain } from '#db/verify-chain'
import { createSandbox } from '#sandbox/sandbox'
import { startBotProcess } from '#test/support/bot-process'
import { finishWithNothingDoubled } from '#test/support/nothing-doubled'
import { eventually, Person, wordsOf } from '#test/support/person'
import { startPostgres, withClient } from '#test/support/postgres-server'
import { completeStep, start } from '#test/support/run-rotation'
import { startTcpProxy } from '#test/support/tcp-proxy'

/** Long enough for a server to fail while the workflow runs, and short beside what `completeRotation` waits for a revocation. */
const CI_STEP_MS = 100

const hostOf = (address: string) => {
  const { hostname: host, port } = new URL(address)
  return { host, port: Number(port) }
}

it('two bots go on with the server that takes over, in the middle of a rotation', async () => {
  const primary = await startPostgres()
  await withClient(primary.urlOf(), (client) => client.query('create database rotation'))
  const standby = await primary.follow()
  const proxy = await startTcpProxy(hostOf(primary.urlOf()))
  const database = new URL(primary.urlOf('rotation'))
  database.port = String(proxy.port)
  const sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: CI_STEP_MS })
  const variables = { ...sandbox.env, DATABASE_URL: database.href, LOG_LEVEL: 'warn' }
  const bots = [startBotProcess(variables), startBotProcess(variables)]
  const operator = new Person(sandbox.url, 'U0OPERATOR')
  const type = (command: string, answer: string) =>
    eventually(async () => {
      await operator.type(command)
      await sleep(1_000)
      const answers = (await operator.messages()).filter((each) => each.ephemeral)
      return answers.some((each) => wordsOf(each).includes(answer))
    }, `the answer “${answer}”`)
  try {
    await Promise.all(bots.map((bot) => bot.ready))
    await start(operator)
    await completeStep(operator, 'R1', 'inventory-review')
    await completeStep(operator, 'R1', 'automation-health')
    const started = new Promise<void>((resolve) => {
      sandbox.world.onChange((topic) => {
        if (topic === 'ci') resolve()
      })
    })
    const rotated = completeStep(operator, 'R1', 'rotation-execution', { isKilled: true })
    rotated.catch(() => {})
    await started
    await primary.stop()
    proxy.cut()
    await type('/rotation history', 'The database is busy or cannot be reached. Nothing was changed.')

    // For some seconds it may only be read.
    proxy.forwardTo(hostOf(standby.urlOf()))
    await type('/rotation show R1', 'Rotation workflow')
    await standby.promote()
    await rotated

    await finishWithNothingDoubled(operator, sandbox.url)
    const db = await openDatabase(standby.urlOf('rotation'))
    expect((await verifyChain(db)).problem).toBeNull()
    await db.destroy()
  } finally {
    for (const bot of bots) bot.kill('SIGKILL')
    await sandbox.close()
    await proxy.close()
    await standby.stop()
    await primary.stop().catch(() => {})
  }
}, 300_000)
