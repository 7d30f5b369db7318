import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Moto {
  url: string
  /** Resets all state. */
  reset(): Promise<void>
  stop(): Promise<void>
}

const PATIENCE_MS = 30_000

/**
 * Starts moto's server on a free port of the loopback interface.
 *
 * @param executable path of `moto_server`
 */
export async function startMoto(executable: string): Promise<Moto> {
  const port = await freePort()
  const child = spawn(executable, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' })
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (error) => reject(new Error(`${executable} cannot be started: ${error.message}`)))
    child.once('exit', (code) => reject(new Error(`${executable} ended with ${code} before it answered`)))
  })
  // Nothing awaits it after the server has started.
  failed.catch(() => {})
  const url = `http://127.0.0.1:${port}`
  await Promise.race([answers(`${url}/moto-api/data.json`), failed])
  return {
    url,
    async reset() {
      await fetch(`${url}/moto-api/reset`, { method: 'POST' })
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill()
      await exited
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (typeof address !== 'object' || address === null) throw new TypeError('a TCP server has a port')
  return address.port
}

async function answers(url: string): Promise<void> {
  const until = Date.now() + PATIENCE_MS
  while (Date.now() < until) {
    const response = await fetch(url).catch(() => null)
    if (response?.ok) return
    await sleep(100)
  }
  throw new Error(`moto did not answer at ${url} within ${PATIENCE_MS / 1000} s`)
}
