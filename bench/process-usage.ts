import { readdirSync, readFileSync } from 'node:fs'

/** `USER_HZ`: the unit of the times in `/proc/<pid>/stat` (proc(5)). */
const TICK_MS = 10
const PAGE_BYTES = 4096
const MIB = 2 ** 20

/**
 * CPU time of a process since its start, in milliseconds, read from outside so that measuring costs it nothing.
 *
 * The times of its live threads are exact to the nanosecond, but lack threads that have ended; `stat` has all of them
 * in steps of 10 ms. The larger is the better one.
 */
export function cpuMs(pid: number): number {
  return Math.max(ofLiveThreads(pid), ofWholeProcess(pid))
}

/** Resident memory of a process, in MiB. */
export function residentMib(pid: number): number {
  const [, pages = '0'] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')
  return (Number(pages) * PAGE_BYTES) / MIB
}

function ofLiveThreads(pid: number): number {
  let nanoseconds = 0
  for (const thread of readdirSync(`/proc/${pid}/task`)) nanoseconds += timeOf(`/proc/${pid}/task/${thread}`)
  return nanoseconds / 1e6
}

function timeOf(thread: string): number {
  try {
    return Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0])
  } catch {
    // The thread has ended, or the kernel keeps no such statistics.
    return 0
  }
}

function ofWholeProcess(pid: number): number {
  // The command's name, in brackets, may contain spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  const [user = '0', system = '0'] = fields.slice(11, 13)
  return (Number(user) + Number(system)) * TICK_MS
}
