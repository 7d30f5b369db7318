import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { eventually } from '#test/support/person'

/** An in-memory Vault server in its own process. */
export interface VaultServer {
  /** As `VAULT_ADDR`. */
  address: string
  rootToken: string
  stop(): Promise<void>
}

const ROOT_TOKEN = 'root-of-the-test'

/** @param binary path of the executable `vault`, or OpenBao's `bao` */
export async function startVault(binary: string): Promise<VaultServer> {
  const port = await freePort()
  const address = `http://127.0.0.1:${port}`
  const options = [
    `-dev-listen-address=127.0.0.1:${port}`,
    `-dev-root-token-id=${ROOT_TOKEN}`,
    '-dev-no-store-token',
  ]
  const child = spawn(binary, ['server', '-dev', ...options], { stdio: ['ignore', 'ignore', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (data) => {
    errors += String(data)
  })
  const ended = once(child, 'exit')
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`${binary} ended: ${errors}`)
    const health = await fetch(`${address}/v1/sys/health`).catch(() => null)
    return health?.ok
  }, 'Vault to be up')
  return {
    address,
    rootToken: ROOT_TOKEN,
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
