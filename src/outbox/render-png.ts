import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/** Loading the renderer costs ten times what drawing does, and pictures come in groups. */
const LINGER_MS = 5_000

let thread: Worker | undefined
let ending: NodeJS.Timeout | undefined
let last: Promise<unknown> = Promise.resolve()

/**
 * Runs `drawPng` in its own thread, because loading the renderer blocks for long and pictures are rare.
 */
export function renderPng(svg: string): Promise<Uint8Array> {
  const png = last.then(() => drawInThread(svg))
  last = png.catch(() => {})
  return png
}

async function drawInThread(svg: string): Promise<Uint8Array> {
  clearTimeout(ending)
  thread ??= new Worker(new URL('./png-thread.ts', import.meta.url))
  thread.ref()
  try {
    thread.postMessage(svg)
    const [png] = await once(thread, 'message')
    if (!(png instanceof Uint8Array)) throw new TypeError('the renderer gave no picture')
    thread.unref()
    ending = setTimeout(endThread, LINGER_MS).unref()
    return png
  } catch (error) {
    await endThread()
    throw error
  }
}

async function endThread(): Promise<void> {
  const ended = thread
  thread = undefined
  await ended?.terminate()
}
