import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '#config/config'
import { runHealthChecks } from '#operations/run-health-checks'
import { BOT } from '#sandbox/demo-users'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { createState } from '#sandbox/slack/state'
import { type Bot, startBot } from '#startup/bot'
import { Person, wordsOf } from '#test/support/person'
import { QUICK_WAITS, quickTasks } from '#test/support/quick-tasks'
import { start } from '#test/support/run-rotation'

const OWN = 'C0FLASHFUSIONAI'
const OTHER = 'C0OTHER'

describe('the channel that the config names', () => {
  let folder: string
  let sandbox: Sandbox
  let operator: Person
  let bot: Bot | null = null
  let logged = ''

  const startIt = async (channel = '#flashfusion-ai') => {
    await bot?.stop()
    logged = ''
    const keep = (line: string) => {
      logged += line
    }
    const log = pino({ level: 'warn' }, { write: keep })
    const variables = { ...sandbox.env, DATABASE_URL: `file:${join(folder, 'rotation.db')}` }
    const config = {
      ...readConfig(variables),
      channel,
      quiet: { from: '00:00', to: '24:00', weekends: true },
    }
    const clock = { now: () => sandbox.clock.now().toISOString() }
    bot = await startBot(config, clock, log, { tasks: quickTasks(), waits: QUICK_WAITS })
    return bot
  }
  const fault = (id: string, on: boolean) => operator.post('faults', { id, on })
  /** Another channel with the bot in it, as people create them. */
  const createChannel = (name: string) =>
    createState(sandbox.world).conversations.put(OTHER, {
      id: OTHER,
      kind: 'channel',
      name,
      topic: '',
      created: 0,
      members: ['U0OPERATOR', BOT.userId],
    })
  const removeOwnChannel = () => createState(sandbox.world).conversations.delete(OWN)
  const health = async ({ context }: Bot) => {
    const reports = await runHealthChecks(context, () => {})
    return (reports.find(({ id }) => id === 'channel')?.results ?? []).map(
      ({ condition, sentence, remediation }) => `${condition}: ${sentence} → ${remediation}`,
    )
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-channel-'))
    sandbox = await createSandbox({ port: 0, file: ':memory:', ciStepMs: 20, startsAtHour: 11 })
    Object.assign(process.env, sandbox.env)
    operator = new Person(sandbox.url, 'U0OPERATOR')
  })
  afterEach(async () => {
    await bot?.stop()
    bot = null
    await sandbox.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is found by its id after it was renamed, and the outdated name is reported', async () => {
    await startIt()
    await fault('channel-renamed', true)
    const again = await startIt()
    expect(again.context.channelId).toBe(OWN)
    expect(logged).toContain('is called #flashfusion-ai-renamed now')
    expect(await health(again)).toEqual([
      expect.stringMatching(
        /^broken: .*outdated → Set channel to "#flashfusion-ai-renamed" in the config\.$/,
      ),
    ])
    const label = await start(operator)
    expect(wordsOf(await operator.card(label))).toContain(label)
    const corrected = await startIt('#flashfusion-ai-renamed')
    expect(corrected.context.channelId).toBe(OWN)
    expect(logged).not.toContain('outdated')
    expect(await health(corrected)).toEqual([expect.stringMatching(/^fine: /)])
  }, 60_000)

  it('stays the known one when another channel gets its name', async () => {
    await startIt()
    await fault('channel-renamed', true)
    createChannel('flashfusion-ai')
    const again = await startIt()
    expect(again.context.channelId).toBe(OWN)
    expect(logged).toContain(`Another channel (${OTHER}) has the name #flashfusion-ai`)
    expect(await health(again)).toEqual([expect.stringMatching(`set channel to ${OTHER}\\.$`)])
    expect((await startIt(OTHER)).context.channelId).toBe(OTHER)
  }, 60_000)

  it('is not replaced by a new one of the same name when it was deleted', async () => {
    await startIt()
    removeOwnChannel()
    createChannel('flashfusion-ai')
    const again = await startIt()
    expect(again.context.channelId).toBe(OWN)
    expect(logged).toContain('does not see its channel')
    expect((await health(again)).join('\n')).toContain(`set channel to ${OTHER}.`)
  }, 60_000)

  it('is another one when the config names another', async () => {
    await startIt()
    createChannel('ops')
    expect((await startIt('#ops')).context.channelId).toBe(OTHER)
    expect((await startIt('#flashfusion-ai')).context.channelId).toBe(OWN)
  }, 60_000)

  it('ends the first start when there is none of its name', async () => {
    await fault('channel-renamed', true)
    await expect(startIt()).rejects.toThrow('The channel #flashfusion-ai is not in the workspace')
  })
})
