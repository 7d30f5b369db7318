import { setTokenAges } from '#db/queries/token-ages'
import { loadHome } from '#src/load-home'
import { aTokenAge, manyTokens } from '#test/support/rotation-builder'
import { start } from '#test/support/run-rotation'
import { openWorkspace } from '#test/support/workspace'
import { home } from '#views/home'
import { median, type Result, timed } from './result.ts'

const TOKENS = [100, 900, 3_600]
const ROUNDS = 30
/** For 900 tokens. */
const MOST_MS = 20
const MOST_BLOCKS = 100
const TARGET_AT = 900

/** An App Home from the database to the blocks that Slack is sent, its pictures' digests included. */
export async function benchHome(say: (line: string) => void): Promise<Result[]> {
  const workspace = await openWorkspace()
  try {
    await start(workspace.operator, { scope: ['environment:staging'] })
    const { context } = workspace.bot
    const results: Result[] = []
    for (const count of TOKENS) {
      const tokens = manyTokens(count).map((token, index) =>
        aTokenAge(token, index % 97 === 0 ? null : index % 34),
      )
      await setTokenAges(context.db, { tokens, problem: null, readAt: context.clock.now() })
      const result = await benchTokens(context, count)
      say(`  ${result.what}: ${result.figure}`)
      results.push(result)
    }
    return results
  } finally {
    await workspace.close()
  }
}

async function benchTokens(context: Parameters<typeof loadHome>[0], count: number): Promise<Result> {
  const times: number[] = []
  let blocks = 0
  for (let round = 0; round < ROUNDS; round += 1)
    times.push(
      await timed(async () => {
        blocks = home(await loadHome(context, 'U0OPERATOR')).blocks.length
      }),
    )
  const ms = median(times)
  const isHeld = count === TARGET_AT
  return {
    what: `App Home for ${count.toLocaleString('en')} tokens`,
    figure: `${ms.toFixed(1)} ms, ${blocks} blocks`,
    target: isHeld ? `under ${MOST_MS} ms, at most ${MOST_BLOCKS} blocks` : `at most ${MOST_BLOCKS} blocks`,
    met: blocks <= MOST_BLOCKS && (!isHeld || ms < MOST_MS),
  }
}
