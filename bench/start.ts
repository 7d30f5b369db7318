import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Started, startBareApp, startBot, startWorkspace } from './apps.ts'
import type { BenchOptions } from './options.ts'
import { cpuMs, residentMib } from './process-usage.ts'
import { median, type Result, ratioResult } from './result.ts'

const ROUNDS = 3
const MOST = { cpu: 3, memory: 1.5 }
/** After which what was only needed for the start is done. */
const IDLE_AFTER_MS = 5_000

/** CPU until an app is connected, and its memory a little later, compared with a bare Bolt app, which keeps no compiled code. */
export async function benchStart(say: (line: string) => void, { quick }: BenchOptions): Promise<Result[]> {
  const [ours, bare] = await Promise.all([startWorkspace(), startWorkspace()])
  const cache = mkdtempSync(join(tmpdir(), 'bench-compile-cache-'))
  const variables = { NODE_COMPILE_CACHE: cache }
  const starts = { ours: () => startBot(ours, { variables }), bare: () => startBareApp(bare) }
  const cpu = { ours: [] as number[], bare: [] as number[] }
  let first = 0
  const memory = { ours: [] as number[], bare: [] as number[] }
  try {
    // Only the end of a process writes down what it compiled.
    const begun = await starts.ours()
    first = cpuMs(begun.pid)
    await begun.stop('SIGTERM')
    for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
      const running: Started[] = []
      for (const who of ['ours', 'bare'] as const) {
        const started = await starts[who]()
        cpu[who].push(cpuMs(started.pid))
        running.push(started)
      }
      await sleep(IDLE_AFTER_MS)
      for (const [at, who] of (['ours', 'bare'] as const).entries())
        memory[who].push(residentMib(running[at]?.pid ?? 0))
      for (const started of running) await started.stop()
    }
  } finally {
    await ours.stop()
    await bare.stop()
    rmSync(cache, { recursive: true, force: true })
  }
  const results = [
    ratioResult('CPU from the first start until connected, with everything to compile', {
      ...{ ours: first, bare: median(cpu.bare), unit: 'ms', most: MOST.cpu },
    }),
    ratioResult('CPU from a later start until connected', {
      ...{ ours: median(cpu.ours), bare: median(cpu.bare), unit: 'ms', most: MOST.cpu },
    }),
    ratioResult('Resident memory after the start', {
      ...{ ours: median(memory.ours), bare: median(memory.bare), unit: 'MiB', most: MOST.memory },
    }),
  ]
  for (const { name, measured } of results) say(`  ${name}: ${measured}`)
  return results
}
