import { WebSocket } from 'ws'
import type { Started } from './apps.ts'

/** Node options with which a process listens for its inspector on a free port. */
export const INSPECTED = ['--inspect=127.0.0.1:0']

const MIB = 2 ** 20

/** What the bench asks another process's V8. */
export interface Inspector {
  /** The JavaScript heap after a garbage collection, in MiB. */
  collectedHeapMib(): Promise<number>
  startProfile(): Promise<void>
  /**
   * The CPU time since `startProfile`, most first: of the bot's own functions, with what they call, and of packages and
   * folders, without.
   */
  stopProfile(): Promise<{ functions: Share[]; places: Share[] }>
  close(): void
}

/** A part of the CPU time. */
export interface Share {
  share: number
  where: string
}

interface ProfileNode {
  id: number
  callFrame: { functionName: string; url: string; lineNumber: number }
  children?: number[]
}

interface Profile {
  nodes: ProfileNode[]
  samples: number[]
  timeDeltas: number[]
}

/** @param started a process that was started with `INSPECTED` */
export async function inspect(started: Started): Promise<Inspector> {
  const url = /ws:\/\/\S+/.exec(started.stderr())?.[0]
  if (!url) throw new Error('the process does not listen for its inspector')
  const socket = new WebSocket(url)
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  const waiting = new Map<number, (result: unknown) => void>()
  socket.on('message', (data) => {
    const { id, result } = JSON.parse(String(data)) as { id?: number; result?: unknown }
    if (id !== undefined) waiting.get(id)?.(result)
  })
  let last = 0
  const ask = <T>(method: string): Promise<T> =>
    new Promise((resolve) => {
      last += 1
      waiting.set(last, resolve as (result: unknown) => void)
      socket.send(JSON.stringify({ id: last, method }))
    })
  return {
    async collectedHeapMib() {
      // A second collection frees what only finalizers of the first held.
      for (let time = 0; time < 2; time += 1) await ask('HeapProfiler.collectGarbage')
      return (await ask<{ usedSize: number }>('Runtime.getHeapUsage')).usedSize / MIB
    },
    async startProfile() {
      await ask('Profiler.enable')
      await ask('Profiler.start')
    },
    async stopProfile() {
      const { profile } = await ask<{ profile: Profile }>('Profiler.stop')
      return {
        functions: timesOfCallers(profile),
        places: ownTimes(profile, (frame) => placeOf(nameOf(frame))),
      }
    },
    close: () => socket.terminate(),
  }
}

type Frame = ProfileNode['callFrame']

function ownTimes(profile: Profile, name: (frame: Frame) => string): Share[] {
  const names = new Map(profile.nodes.map(({ id, callFrame }) => [id, name(callFrame)]))
  return shares(profile, (id) => [names.get(id) ?? ''])
}

const OWN = /^(?:src|commands|views|db)\//

/** A function counts once where it calls itself. After an `await`, only what follows is its own. */
function timesOfCallers(profile: Profile): Share[] {
  const callers = new Map<number, Set<string>>()
  const visit = (node: ProfileNode, above: Set<string>) => {
    const name = nameOf(node.callFrame)
    const here = OWN.test(name) ? new Set([...above, name]) : above
    callers.set(node.id, here)
    for (const child of node.children ?? []) visit(nodes.get(child)!, here)
  }
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const [root] = profile.nodes
  if (root) visit(root, new Set())
  return shares(profile, (id) => callers.get(id) ?? [])
}

/** @param names of a node: what its time belongs to */
function shares({ nodes, samples, timeDeltas }: Profile, names: (id: number) => Iterable<string>): Share[] {
  const idle = nodes.find(({ callFrame }) => callFrame.functionName === '(idle)')?.id
  const times = new Map<string, number>()
  let total = 0
  for (const [at, id] of samples.entries()) {
    if (id === idle) continue
    const time = timeDeltas[at] ?? 0
    for (const where of names(id)) times.set(where, (times.get(where) ?? 0) + time)
    total += time
  }
  return [...times].map(([where, time]) => ({ where, share: time / total })).sort((a, b) => b.share - a.share)
}

function nameOf({ functionName, url, lineNumber }: Frame): string {
  if (url === '') return functionName || 'native code'
  const isPackage = url.includes('/node_modules/')
  const file = url.replace(isPackage ? /^.*\/(?=node_modules\/)/ : /^.*\/(?=(?:src|commands|views|db)\/)/, '')
  return `${file}:${lineNumber + 1}:${functionName || '(anonymous)'}`
}

/** The package, or the folder of the bot. */
const placeOf = (name: string): string =>
  /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ??
  /^(?:src\/)?[\w-]+(?=\/)/.exec(name)?.[0] ??
  name.split(':')[0] ??
  name
