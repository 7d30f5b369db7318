import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { setSeenTokens } from '#db/queries/reminders'
import { readAges } from '#operations/readings/read-ages'
import { observeTokens } from '#operations/scheduled/observe-tokens'
import { eventually, type View, wordsOf } from '#test/support/person'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const HOUR = 3_600_000
const OVERDUE = 'flashfusion/sandbox/orchestrator/capability-token'

describe('the ages of the tokens', () => {
  let workspace: Workspace
  beforeEach(async () => {
    // Only what a test asks for is read.
    workspace = await openWorkspace({ tasks: [] })
  })
  afterEach(() => workspace.close())

  const rows = () => workspace.bot.context.db.selectFrom('seenTokens').selectAll().execute()
  const overdue = async () => (await rows()).find((row) => row.secret === OVERDUE)
  const fault = (id: string, on: boolean) => workspace.operator.post('faults', { id, on })

  const homeWith = (part: string) =>
    eventually(async () => {
      const { view } = await workspace.operator.get<{ view: View | null }>('slack/home?user=U0OPERATOR')
      return view && wordsOf(view).includes(part)
    }, `“${part}” on the App Home`)

  it('are kept in one place, whoever had them read', async () => {
    const { operator, bot } = workspace
    await operator.type('/rotation status')
    await operator.ephemeral('1 d overdue (age 31 d)')
    expect((await overdue())?.currentSince).toBeTruthy()
    const kept = await bot.context.db.selectFrom('settings').select('key').execute()
    expect(kept.map((row) => row.key)).not.toContain('token-ages')
  })

  it('stay known for reminders while they cannot be read, and are shown as not read', async () => {
    const { operator, bot, sandbox } = workspace
    await readAges(bot.context)
    const before = await overdue()
    await fault('secrets-unavailable', true)
    sandbox.clock.advance(31_000)
    await operator.type('/rotation status')
    expect(wordsOf(await operator.ephemeral('9 tokens not read'))).not.toContain('overdue:')
    expect(await overdue()).toMatchObject({
      currentSince: before?.currentSince,
      readAt: before?.readAt,
      problem: expect.stringContaining('ListSecrets'),
    })
    await operator.post('slack/home-opened', { user: operator.id })
    await homeWith('9 tokens not read')
    await fault('secrets-unavailable', false)
    await readAges(bot.context)
    expect(await overdue()).toMatchObject({ problem: null, unreadSince: null })
  })

  it('are read again after a clock that was ahead is set right', async () => {
    const { context } = workspace.bot
    await readAges(context)
    const ahead = new Date(workspace.sandbox.clock.now().getTime() + 400 * 24 * HOUR).toISOString()
    const wrong = (await rows()).map((row) => ({ ...row, currentSince: ahead, readAt: ahead }))
    await context.db.transaction().execute((tx) => setSeenTokens(tx, wrong))
    const { tokens } = await readAges(context)
    expect(tokens.find((token) => token.secret === OVERDUE)?.ageDays).toBe(31)
  })

  it('are not known of a secret that is planned for deletion, which the list leaves out', async () => {
    const { operator } = workspace
    await fault('secret-missing', true)
    await operator.type('/rotation status')
    const words = wordsOf(await operator.ephemeral('1 token not read'))
    expect(words).toContain('tool-runner/production: the secret is planned for deletion on 20')
  })

  it('are drawn again for who looks at them when one can no longer be read, and only then', async () => {
    const { operator, bot, sandbox } = workspace
    // A picture that arrives would draw it again, too.
    await fault('slack-files-unavailable', true)
    const drawings = async () =>
      (
        await bot.context.db
          .selectFrom('outboxJobs')
          .select('key')
          .where('kind', '=', 'home')
          .where('key', 'like', '%:ages:%')
          .execute()
      ).length
    await readAges(bot.context)
    await operator.post('slack/home-opened', { user: operator.id })
    await homeWith('1 d overdue')
    const before = await drawings()
    await readAges(bot.context)
    expect(await drawings()).toBe(before)
    await fault('secrets-access-denied', true)
    sandbox.clock.advance(11 * 60_000)
    await observeTokens(bot.context)
    await homeWith('1 token not read')
    expect(await drawings()).toBe(before + 1)
  })

  it('are read hourly, and every ten minutes while somebody looks at the App Home', async () => {
    const { operator, bot, sandbox } = workspace
    const readAt = async () => (await overdue())?.readAt
    const readLater = async (minutes: number) => {
      sandbox.clock.advance(minutes * 60_000)
      await observeTokens(bot.context)
      return readAt()
    }
    await readAges(bot.context)
    const first = await readAt()
    expect(await readLater(11)).toBe(first)
    const hourly = await readLater(50)
    expect(hourly).not.toBe(first)
    await operator.post('slack/home-opened', { user: operator.id })
    await expect
      .poll(async () => (await bot.context.db.selectFrom('homeViewers').selectAll().execute()).length)
      .toBe(1)
    const opened = await readAt()
    expect(await readLater(11)).not.toBe(opened)
  })
})

describe('the ages of tokens outside of the configured folder', () => {
  it('are read, too: a registered secret that the list leaves out is asked for by itself', async () => {
    const workspace = await openWorkspace({
      configure: (config) => ({
        ...config,
        secrets: { ...config.secrets, prefix: 'flashfusion/production/' },
      }),
    })
    try {
      expect(await workspace.bot.context.secrets.readAll()).toHaveLength(3)
      const { tokens } = await readAges(workspace.bot.context)
      expect(tokens).toHaveLength(9)
      expect(tokens.find((token) => token.secret === OVERDUE)).toMatchObject({ ageDays: 31, problem: null })
    } finally {
      await workspace.close()
    }
  })
})
