import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

/**
 * `drawPng` in a thread that ends with it: loading the renderer takes long enough to make people wait, and pictures are
 * seldom drawn.
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
