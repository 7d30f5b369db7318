import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Bot, startBot } from '#startup/bot'
import { readReadiness } from '#startup/health/readiness'
import { makeDatabase } from '#test/support/databases'
import { eventually } from '#test/support/person'
import { QUICK_WAITS } from '#test/support/quick-tasks'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** Each count opens a connection, and Slack allows ten. */
const betweenCounts = { first: 300, later: 1_500 }
const SENTENCE =
  'Slack counts more connections of this app than the bots on this database have: another bot gets some of the commands and clicks, and with a database of its own it knows other rotations. Stop the one that should not run, or give it a Slack app of its own.'

describe('a bot with another database on the same Slack app', () => {
  let workspace: Workspace
  let other: Bot
  let closeOther: () => Promise<void>
  beforeEach(async () => {
    workspace = await openWorkspace({ waits: { betweenCounts } })
    const made = await makeDatabase()
    const { bot, config } = workspace
    const { clock, log } = bot.context
    other = await startBot({ ...config, database: made.database }, clock, log, {
      tasks: [],
      waits: { ...QUICK_WAITS, betweenCounts },
    })
    closeOther = async () => {
      await other.stop()
      await made.remove()
    }
  })
  afterEach(async () => {
    await closeOther()
    await workspace.close()
  })

  const isNoticedBy = ({ context }: Bot) => context.integrity.othersConnected

  it('is noticed by both, who warn of it and say so to whoever asks for a rotation that is not there', async () => {
    await eventually(async () => isNoticedBy(other), 'the warning of the other bot')
    // It learns of the other one when its own connection is renewed.
    workspace.bot.connection.renew()
    await eventually(async () => isNoticedBy(workspace.bot), 'the warning')
    for (const bot of [other, workspace.bot])
      expect(await readReadiness(bot, null)).toEqual({ ready: true, problems: [], warnings: [SENTENCE] })
    await workspace.operator.type('/rotation show R99')
    await workspace.operator.ephemeral(
      `There is no rotation R99. /rotation history lists all rotations. ${SENTENCE}`,
    )
  })

  it('is forgotten when it has ended', async () => {
    workspace.bot.connection.renew()
    await eventually(async () => isNoticedBy(workspace.bot), 'the warning')
    await other.stop()
    await eventually(async () => !isNoticedBy(workspace.bot), 'the end of the warning')
    await workspace.operator.type('/rotation show R99')
    await workspace.operator.ephemeral('There is no rotation R99. /rotation history lists all rotations.')
  })
})
