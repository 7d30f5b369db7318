import { setSeenTokens } from '#db/queries/reminders'
import { setReadAttempt } from '#db/queries/token-ages'
import type { Row } from '#db/schema'
import { loadHome } from '#read-models/home'
import { manyTokens } from '#test/support/rotation-builder'
import { start } from '#test/support/run-rotation'
import { openWorkspace } from '#test/support/workspace'
import { home } from '#views/home'
import { median, type Result, timed } from './result.ts'

const TOKENS = [100, 900, 3_600]
const ROUNDS = 30
const MOST_MS = 20
const MOST_BLOCKS = 100
const TARGET_AT = 900

/** Builds an App Home from the database to the blocks, including the pictures' digests. */
export async function benchHome(say: (line: string) => void): Promise<Result[]> {
  const workspace = await openWorkspace()
  try {
    await start(workspace.operator, { scope: ['environment:staging'] })
    const { context } = workspace.bot
    const results: Result[] = []
    for (const count of TOKENS) {
      const now = context.clock.now()
      await context.db.transaction().execute(async (tx) => {
        await setSeenTokens(tx, seenTokens(count, now))
        await setReadAttempt(tx, { at: now, succeeded: true, problem: null })
      })
      const result = await benchTokens(context, count)
      say(`  ${result.name}: ${result.measured}`)
      results.push(result)
    }
    return results
  } finally {
    await workspace.close()
  }
}

const DAY = 86_400_000

/** Ages from new to overdue; some cannot be read. */
const seenTokens = (count: number, now: string): Row<'seenTokens'>[] =>
  manyTokens(count).map(({ agent, environment, secret, owner, cadenceDays }, index) => {
    const since = new Date(Date.parse(now) - (index % 34) * DAY).toISOString()
    const token = { agent, environment, secret, owner, cadenceDays, currentSince: since, readAt: now }
    const isUnread = index % 97 === 0
    return { ...token, unreadSince: isUnread ? now : null, problem: isUnread ? 'access denied' : null }
  })

async function benchTokens(context: Parameters<typeof loadHome>[0], count: number): Promise<Result> {
  const times: number[] = []
  let blocks = 0
  for (let round = 0; round < ROUNDS; round += 1)
    times.push(
      await timed(async () => {
        const options = await loadHome(context, 'U0OPERATOR')
        blocks = options ? home(options).blocks.length : 0
      }),
    )
  const ms = median(times)
  const isHeld = count === TARGET_AT
  return {
    name: `App Home for ${count.toLocaleString('en')} tokens`,
    measured: `${ms.toFixed(1)} ms, ${blocks} blocks`,
    target: isHeld ? `under ${MOST_MS} ms, at most ${MOST_BLOCKS} blocks` : `at most ${MOST_BLOCKS} blocks`,
    met: blocks <= MOST_BLOCKS && (!isHeld || ms < MOST_MS),
  }
}
