import { setTimeout as sleep } from 'node:timers/promises'
import { gather } from './evidence.ts'
import { openLane } from './lane.ts'
import { judge } from './oracle.ts'
import { start } from './people.ts'
import { say } from './report.ts'
import { asksForHelp, untilCalm } from './run.ts'
import { Visitor } from './visitor.ts'

const MINUTE = 60_000
/** With pauses of 30 s at most before a retry, ten minutes hold as many tries as an hour with pauses of some minutes. */
const OFFLINE_MS = 10 * MINUTE
const RETRY_MS = 30_000

/** Takes the network away from a bot with a rotation that has just begun, and gives it back. @returns the exit code */
export async function goOffline(): Promise<number> {
  const lane = await openLane()
  try {
    const visitor = new Visitor(lane, 'operator')
    const mark = 'before the network went away'
    await start(visitor, { do: 'start', by: 'operator', environment: 'sandbox', often: 'once' }, mark)
    say(`offline for ${OFFLINE_MS / MINUTE} minutes`)
    for (let passed = 0; passed < OFFLINE_MS; passed += RETRY_MS) {
      // Networks fail in both ways: at once, and without a word.
      const isSilent = (passed / RETRY_MS) % 2 === 1
      lane.proxy.meetAll(isSilent ? 'ignored' : 'refused')
      lane.socket.apply(isSilent ? 'half-open' : 'cut')
      await sleep(RETRY_MS)
      await lane.database.retryNow()
    }
    lane.proxy.heal()
    const answeredAfterMs = await asksForHelp(lane)
    if (answeredAfterMs !== null)
      say(`answered ${Math.round(answeredAfterMs / 1_000)} s after the network came back`)
    await untilCalm(lane)
    const violations = judge(
      await gather(lane, {
        answersAtTheEnd: answeredAfterMs !== null,
        disturbances: [],
        isSlow: true,
        since: { ends: 0, stderr: 0, taken: 0 },
      }),
    )
    for (const { rule, sentence } of violations) say(`  ${rule}: ${sentence}`)
    say(violations.length === 0 ? '✓ it is back, and nothing is lost or doubled' : '✗ see above')
    return violations.length === 0 ? 0 : 1
  } finally {
    await lane.close()
  }
}
