import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { READERS } from './readers.ts'
import { median, type Result, timed } from './result.ts'

const SECRETS = 10_000
const PER_PAGE = 100
const ROUNDS = 7
const MOST = { ratio: 1.2, mib: 150, calls: SECRETS / PER_PAGE + SECRETS }

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Starts the stand-in in a process of its own, so that its work is not counted as the reader's. */
async function startStandIn() {
  const child = spawn(process.execPath, [script('stand-in.ts'), '--secrets', String(SECRETS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    url,
    /** Calls since this was last asked, by operation. */
    async calls(): Promise<Record<string, number>> {
      return (await (await fetch(url)).json()) as Record<string, number>
    },
    stop: () => child.kill(),
  }
}

/** Reading 10,000 secrets: against the SDK alone, in calls, and in memory. */
export async function benchInventory(say: (line: string) => void): Promise<Result[]> {
  const standIn = await startStandIn()
  try {
    const adapter = READERS.adapter(standIn.url)
    const bare = READERS.bare(standIn.url)
    await standIn.calls()
    const read = await adapter()
    const calls = await standIn.calls()
    const total = Object.values(calls).reduce((sum, count) => sum + count, 0)
    await bare()
    const rounds: { adapter: number; bare: number }[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      // Who goes first changes, so that neither has the warmer machine.
      const first = round % 2 === 0
      const one = await timed(first ? adapter : bare)
      const other = await timed(first ? bare : adapter)
      rounds.push(first ? { adapter: one, bare: other } : { adapter: other, bare: one })
      say(
        `  round ${round + 1}: adapter ${seconds(first ? one : other)}, SDK alone ${seconds(first ? other : one)}`,
      )
    }
    const times = { adapter: rounds.map((each) => each.adapter), bare: rounds.map((each) => each.bare) }
    // Of each round by itself: what else the machine did in the meantime disturbed both.
    const ratio = median(rounds.map((each) => each.adapter / each.bare))
    const { peakMib, secrets } = await readOnce(standIn.url)
    if (read !== SECRETS || secrets !== SECRETS)
      throw new Error(`only ${Math.min(read, secrets)} of ${SECRETS} secrets were read whole`)
    return [
      {
        what: `Read ${SECRETS} secrets: adapter ${seconds(median(times.adapter))}, SDK alone ${seconds(median(times.bare))} (medians of ${ROUNDS})`,
        figure: `${ratio.toFixed(2)}×`,
        target: `≤ ${MOST.ratio}×`,
        met: ratio <= MOST.ratio,
      },
      {
        what: `API calls: ${calls.ListSecrets} pages, ${calls.ListSecretVersionIds} lists of versions`,
        figure: String(total),
        target: `≤ ${MOST.calls}`,
        met: total <= MOST.calls,
      },
      {
        what: 'Peak resident memory of a process that only reads them',
        figure: `${peakMib.toFixed(0)} MiB`,
        target: `< ${MOST.mib} MiB`,
        met: peakMib < MOST.mib,
      },
    ]
  } finally {
    standIn.stop()
  }
}

/** In a fresh process that is started as `npm start` starts the bot. */
async function readOnce(url: string): Promise<{ secrets: number; peakMib: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...startOptions(),
    script('read-once.ts'),
    url,
  ])
  return JSON.parse(stdout) as { secrets: number; peakMib: number }
}

/** The options that `npm start` gives to Node. */
function startOptions(): string[] {
  const { scripts } = JSON.parse(readFileSync(script('../package.json'), 'utf8')) as {
    scripts: { start: string }
  }
  return scripts.start.split(' ').filter((word) => word.startsWith('--'))
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
