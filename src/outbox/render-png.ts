import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/**
 * Runs `drawPng` in its own thread, because loading the renderer blocks for long and pictures are rare.
 */
export async function renderPng(svg: string): Promise<Uint8Array> {
  const worker = new Worker(new URL('./png-thread.ts', import.meta.url), { workerData: svg })
  try {
    const [png] = await once(worker, 'message')
    if (!(png instanceof Uint8Array)) throw new TypeError('the renderer gave no picture')
    return png
  } finally {
    await worker.terminate()
  }
}
