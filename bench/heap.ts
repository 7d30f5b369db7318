import { Person } from '#test/support/person'
import { start } from '#test/support/run-rotation'
import { startBot, startWorkspace } from './apps.ts'
import { INSPECTED, inspect } from './inspector.ts'
import { type Act, driveTogether, gather, untilQuiet } from './load.ts'
import { benchPerson } from './names.ts'
import type { BenchOptions } from './options.ts'
import { type Result, ratioResult } from './result.ts'

const PEOPLE = 100
const TOGETHER = 6
const MOST = 1.05
/** In turns, for each person. */
const COMMANDS = ['help', 'history', 'help', 'revocations', 'help', 'nonsense', 'help', 'show R1']
/** One of so many acts is another, which may wait for the secrets manager: an unanswered request also needs memory. */
const STATUS_EVERY = 100
const HOME_EVERY = 50
const ANSWERED_MS = 60_000
/** CPU time in ms a second of a bot that nobody uses. */
const IDLE = 100

/** Whether the heap grows with the number of commands: after 10,000 by 100 people against after 1,000. */
export async function benchHeap(say: (line: string) => void, { quick }: BenchOptions): Promise<Result[]> {
  const [few, many] = quick ? [100, 300] : [1_000, 10_000]
  const workspace = await startWorkspace({ people: PEOPLE })
  try {
    const bot = await startBot(workspace, { operators: [benchPerson(0)], options: INSPECTED })
    try {
      await start(new Person(workspace.url, 'U0OPERATOR'))
      const crowd = await gather(workspace, { people: PEOPLE, clickers: 1, button: /^open-step:/ })
      const act: Act = (at) => {
        if (at % HOME_EVERY === HOME_EVERY - 1) return crowd.openHome(at + Math.floor(at / PEOPLE))
        const usual = COMMANDS[Math.floor(at / PEOPLE) % COMMANDS.length]
        return crowd.command(`/rotation ${at % STATUS_EVERY === 0 ? 'status' : usual}`)(
          at + Math.floor(at / PEOPLE),
        )
      }
      const inspector = await inspect(bot)
      const heapAfter = async (first: number, until: number) => {
        await driveTogether(act, { together: TOGETHER, first, count: until - first })
        const left = await untilQuiet(bot.pid, { idle: IDLE, mostMs: ANSWERED_MS, ...workspace })
        if (left > 0) say(`  ${left} commands are not answered yet`)
        await workspace.taken()
        const mib = await inspector.collectedHeapMib()
        say(`  heap after ${until.toLocaleString('en')} commands: ${mib.toFixed(1)} MiB`)
        return mib
      }
      const before = await heapAfter(0, few)
      const after = await heapAfter(few, many)
      inspector.close()
      const name = `Heap after ${many.toLocaleString('en')} commands by ${PEOPLE} people against after ${few.toLocaleString('en')}, collected`
      return [ratioResult(name, { ours: after, bare: before, unit: 'MiB', most: MOST })]
    } finally {
      await bot.stop()
    }
  } finally {
    await workspace.stop()
  }
}
