import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually, wordsOf } from '#test/support/person'
import { createRecordingProxy, type RecordingProxy } from '#test/support/recording-proxy'
import { completeAllSteps, letVersionsRetire, promote, signByBoth, start } from '#test/support/run-rotation'
import { openWorkspace, type Workspace } from '#test/support/workspace'

/** What is posted, opened, uploaded and read, whatever the machine is busy with. */
const MOST_CALLS = 36
/** 41 to 44, and up to 61 on a busy machine: what happens within a second is one edit, and there everything takes longer. */
const MOST_EDITS = 70
const EDITS = ['chat.update', 'views.update']
/** With the token list and the record that is signed, both files. */
const MOST_LINES = 12

describe('a clean rotation of nine tokens, from its start until it is complete', () => {
  let proxy: RecordingProxy
  let workspace: Workspace
  let label: string
  let lines: string[]

  beforeAll(async () => {
    workspace = await openWorkspace({
      revoker: 'bot',
      async connect(env) {
        const { origin, pathname } = new URL(env.SLACK_API_URL ?? '')
        proxy = await createRecordingProxy(origin)
        return { ...env, SLACK_API_URL: `${proxy.url}${pathname}` }
      },
    })
    const { operator } = workspace
    // Names are learned at the start, and the holders of the roles are read each hour.
    await eventually(
      async () => called().filter((method) => method === 'users.info').length >= 5,
      'the names',
    )
    proxy.calls.length = 0
    label = await start(operator)
    await completeAllSteps(operator, label)
    await signByBoth(workspace, label)
    await promote(operator, label)
    await letVersionsRetire(operator, label)
    const card = await operator.card(label, 'Complete after')
    const { db } = workspace.bot.context
    await eventually(async () => {
      const left = await db.selectFrom('outboxJobs').select('state').distinct().execute()
      return left.every(({ state }) => state === 'done' || state === 'superseded')
    }, 'every job')
    lines = (await operator.thread(card.ts))
      .slice(1)
      .map(({ text, blocks = [] }) => (blocks.length > 0 ? wordsOf(blocks) : text))
  }, 240_000)
  afterAll(async () => {
    await workspace.close()
    await proxy.close()
  })

  const called = () => proxy.calls.map(({ path }) => path.split('/').at(-1) ?? '')

  it(`costs ${MOST_CALLS} calls to Slack and ${MOST_EDITS} edits at most`, () => {
    const edits = called().filter((method) => EDITS.includes(method))
    const others = called().filter((method) => !EDITS.includes(method))
    expect(others.length, counted(others)).toBeLessThanOrEqual(MOST_CALLS)
    expect(edits.length, counted(edits)).toBeLessThanOrEqual(MOST_EDITS)
  })

  it(`has ${MOST_LINES} lines in its thread at most`, () => {
    expect(lines.length, lines.join('\n')).toBeLessThanOrEqual(MOST_LINES)
  })

  it('mentions the approvers in the request to sign, and nobody else anywhere', () => {
    const mentioning = lines.filter((line) => /<[@!](?!date)/.test(line))
    expect(mentioning).toEqual([expect.stringContaining('waits for sign-off by <@U0DEVOPSLEAD>')])
  })

  it('does not repeat the rotation’s name in its own thread', () => {
    expect(lines.filter((line) => /^\*?R1\*? (?!waits)/.test(line))).toEqual([])
  })
})

const counted = (methods: string[]): string =>
  Object.entries(Object.groupBy(methods, (method) => method))
    .map(([method, calls = []]) => `${method}: ${calls.length}`)
    .join(', ')
