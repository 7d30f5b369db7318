import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { READERS } from './readers.ts'
import { median, type Result, timed } from './result.ts'
import { startOptions } from './start-options.ts'

const SECRETS = 10_000
const PER_PAGE = 100
const ROUNDS = 3
const MOST = { ratio: 1.2, mib: 150, calls: SECRETS / PER_PAGE + SECRETS }

const script = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** Starts the stand-in in its own process, so that its CPU time is not counted. */
async function startStandIn() {
  const child = spawn(process.execPath, [script('stand-in.ts'), '--secrets', String(SECRETS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string]
  return {
    url,
    /** Calls by operation since the last request. */
    async calls(): Promise<Record<string, number>> {
      return (await (await fetch(url)).json()) as Record<string, number>
    },
    stop: () => child.kill(),
  }
}

interface Spent {
  ms: number
  /** CPU time of the process, which depends less on other load. */
  cpuMs: number
}

async function spent(read: () => Promise<unknown>): Promise<Spent> {
  const before = process.cpuUsage()
  const ms = await timed(read)
  const { user, system } = process.cpuUsage(before)
  return { ms, cpuMs: (user + system) / 1000 }
}

/** Reads 10,000 secrets: time compared with the SDK alone, API calls, and memory. */
export async function benchInventory(say: (line: string) => void): Promise<Result[]> {
  const standIn = await startStandIn()
  try {
    const adapter = READERS.adapter(standIn.url)
    const bare = READERS.bare(standIn.url)
    await standIn.calls()
    const read = await adapter()
    const calls = await standIn.calls()
    const total = Object.values(calls).reduce((sum, count) => sum + count, 0)
    const rounds: { adapter: Spent; bare: Spent }[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      // Alternates who goes first, so that neither profits from warm-up.
      const first = round % 2 === 0
      const one = await spent(first ? adapter : bare)
      const other = await spent(first ? bare : adapter)
      const both = first ? { adapter: one, bare: other } : { adapter: other, bare: one }
      rounds.push(both)
      say(`  round ${round + 1}: adapter ${seconds(both.adapter.ms)}, SDK alone ${seconds(both.bare.ms)}`)
    }
    const typical = (who: 'adapter' | 'bare') => seconds(median(rounds.map((each) => each[who].ms)))
    // Compared within each round, because other load affects both readers.
    const ratio = median(rounds.map((each) => each.adapter.ms / each.bare.ms))
    const cpuRatio = median(rounds.map((each) => each.adapter.cpuMs / each.bare.cpuMs))
    say(`  processor time alone: ${cpuRatio.toFixed(2)}×`)
    const alone = [await readOnce(standIn.url), await readOnce(standIn.url)]
    const peakMib = median(alone.map((each) => each.peakMib))
    const fewest = Math.min(read, ...alone.map((each) => each.secrets))
    if (fewest !== SECRETS) throw new Error(`only ${fewest} of ${SECRETS} secrets were read completely`)
    return [
      {
        name: `Read ${SECRETS} secrets: adapter ${typical('adapter')}, SDK alone ${typical('bare')} (medians of ${ROUNDS})`,
        measured: `${ratio.toFixed(2)}×`,
        target: `≤ ${MOST.ratio}×`,
        met: ratio <= MOST.ratio,
      },
      {
        name: `API calls: ${calls.ListSecrets} pages, ${calls.ListSecretVersionIds} lists of versions`,
        measured: String(total),
        target: `≤ ${MOST.calls}`,
        met: total <= MOST.calls,
      },
      {
        name: 'Peak resident memory of a process that only reads them (median of 2)',
        measured: `${peakMib.toFixed(0)} MiB`,
        target: `< ${MOST.mib} MiB`,
        met: peakMib < MOST.mib,
      },
    ]
  } finally {
    standIn.stop()
  }
}

/** Runs in a new process with the Node options of `npm start`. */
async function readOnce(url: string): Promise<{ secrets: number; peakMib: number }> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...startOptions(),
    script('read-once.ts'),
    url,
  ])
  return JSON.parse(stdout) as { secrets: number; peakMib: number }
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`
