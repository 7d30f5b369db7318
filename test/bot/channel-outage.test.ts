import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createState } from '#sandbox/slack/state'
import { readReadiness } from '#startup/health/readiness'
import { everyOption, type Message, type Person, type View, wordsOf } from '#test/support/person'
import { quickTasks } from '#test/support/quick-tasks'
import { checkedStep, openStep, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

const OWN = 'C0FLASHFUSIONAI'

describe('a channel in which the bot can no longer post', () => {
  let workspace: Workspace
  beforeEach(async () => {
    workspace = await openWorkspace({ people: { operators: ['U0OPERATOR', 'U0BYSTANDER'] } })
  })
  afterEach(() => workspace.close())

  const fault = (id: string, on: boolean) => workspace.operator.post('faults', { id, on })
  const reports = async (person: Person): Promise<Message[]> =>
    (await person.messages(`D${person.id.slice(1)}`)).filter(
      (each) => each.metadata?.event_type === 'rotation_channel_outage',
    )
  const problems = async () => (await readReadiness(workspace.bot, null)).problems
  /** The first step with its checks passed, while the bot can post. */
  const prepareStep = async (label: string) => {
    await openStep(workspace.operator, label, 'inventory-review')
    return checkedStep(workspace.operator, 'inventory-review')
  }
  const submit = async (view: View) => {
    const attest = everyOption(view, 'attest')
    const evidence = 'https://evidence.example/list'
    expect((await workspace.operator.submit(view, { attest, evidence })).errors).toBeUndefined()
  }
  const waitingJobs = () =>
    workspace.bot.context.db
      .selectFrom('outboxJobs')
      .select(['problem', 'attempts', 'nextAt'])
      .where('doneAt', 'is', null)
      .execute()

  it.each([
    ['bot-removed-from-channel', /not in #flashfusion-ai/],
    ['channel-archived', /#flashfusion-ai is archived/],
  ])(
    'is reported once to owner and operators after %s, and work goes on when it is back',
    async (id, words) => {
      const label = await start(workspace.operator, { scope: ['environment:staging'] })
      const view = await prepareStep(label)
      await fault(id, true)
      await submit(view)
      await expect.poll(problems, { timeout: 10_000 }).toEqual([expect.stringMatching(words)])
      for (const person of [workspace.operator, workspace.bystander])
        await expect.poll(async () => wordsOf(await reports(person)), { timeout: 10_000 }).toMatch(words)
      expect(wordsOf(await reports(workspace.operator))).toContain(label)
      // Not faster than once a minute.
      await expect.poll(waitingJobs).toContainEqual({
        problem: expect.stringContaining('the channel'),
        attempts: 1,
        nextAt: expect.anything(),
      })
      for (const { nextAt, problem } of await waitingJobs())
        if (problem) expect(nextAt).toBeGreaterThan(Date.now() + 30_000)

      await fault(id, false)
      await expect.poll(problems, { timeout: 10_000 }).toEqual([])
      // The card is drawn again ten seconds after an edit that failed.
      await expect.poll(waitingJobs, { timeout: 20_000 }).toEqual([])
      const card = await workspace.operator.card(label)
      expect(wordsOf(await workspace.operator.thread(card.ts))).toContain('Inventory review')
      expect(await reports(workspace.operator)).toHaveLength(1)
      expect(await reports(workspace.bystander)).toHaveLength(1)

      await fault(id, true)
      await expect.poll(async () => (await reports(workspace.operator)).length, { timeout: 10_000 }).toBe(2)
    },
    60_000,
  )

  it('is noticed by a post that Slack refuses, where no event says so', async () => {
    const label = await start(workspace.operator, { scope: ['environment:staging'] })
    const view = await prepareStep(label)
    const { conversations } = createState(workspace.sandbox.world)
    const channel = conversations.get(OWN)
    if (!channel) throw new Error('a channel')
    conversations.put(OWN, { ...channel, archived: true })
    await submit(view)
    await expect.poll(async () => (await reports(workspace.operator)).length, { timeout: 10_000 }).toBe(1)
  }, 60_000)
})

it('a channel that was deleted and comes back is noticed by time alone', async () => {
  const tasks = quickTasks().map((task) => (task.name === 'watch-channel' ? { ...task, period: 100 } : task))
  const workspace = await openWorkspace({ tasks })
  try {
    const { conversations } = createState(workspace.sandbox.world)
    const channel = conversations.get(OWN)
    if (!channel) throw new Error('a channel')
    const problems = async () => (await readReadiness(workspace.bot, null)).problems
    conversations.delete(OWN)
    await expect.poll(problems).toEqual([expect.stringContaining('Slack does not know the channel')])
    conversations.put(OWN, channel)
    await expect.poll(problems).toEqual([])
  } finally {
    await workspace.close()
  }
})
