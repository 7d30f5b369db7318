import type { SecretsManager } from '#domain/tokens/secret'
import { CREDENTIALS } from '#sandbox/demo-users'
import { ROOT_TOKEN } from '#sandbox/vault/tokens'
import { vault } from '#secrets/vault'
import { startWorld, type TestWorld } from '#test/sandbox/aws/test-world'
import { createRecordingProxy, type RecordedCall, type RecordingProxy } from './recording-proxy.ts'
import { mustSucceed, vaultAs } from './vault-client.ts'

/** The sandbox's Vault with nine secrets, and the bot's adapter behind a proxy. */
export interface VaultWorld {
  sandbox: TestWorld
  proxy: RecordingProxy
  /** Opens an adapter, by AppRole unless other variables are given. */
  open(variables?: Record<string, string>, settings?: { prefix?: string; mount?: string }): SecretsManager
  root: ReturnType<typeof mustSucceed>
  /** Requests since the last call, such as `LIST secret/metadata/a/`. */
  asked(): string[]
  close(): Promise<void>
}

export const APP_ROLE = { VAULT_ROLE_ID: CREDENTIALS.vaultRoleId, VAULT_SECRET_ID: CREDENTIALS.vaultSecretId }
export const AS_ROOT = { VAULT_TOKEN: ROOT_TOKEN }

export async function openVaultWorld(): Promise<VaultWorld> {
  const sandbox = await startWorld()
  const proxy = await createRecordingProxy(sandbox.url)
  let reported = 0
  return {
    sandbox,
    proxy,
    open: (variables = APP_ROLE, { prefix = 'flashfusion/', mount = 'secret' } = {}) =>
      vault.open({ prefix, mount }, { VAULT_ADDR: `${proxy.url}/vault`, ...variables }, () =>
        sandbox.world.clock.now().toISOString(),
      ),
    root: mustSucceed(vaultAs(`${sandbox.url}/vault`, ROOT_TOKEN)),
    asked() {
      const fresh = proxy.calls.slice(reported)
      reported = proxy.calls.length
      return fresh.map(nameOf)
    },
    async close() {
      await proxy.close()
      await sandbox.close()
    },
  }
}

export function nameOf({ method, path }: RecordedCall): string {
  const { pathname, searchParams } = new URL(path, 'http://vault')
  const name = decodeURIComponent(pathname.replace('/vault/v1/', ''))
  return `${searchParams.get('list') === 'true' ? 'LIST' : method} ${name}`
}

/** The message of a failed reading. */
export const problemOf = (reading: Promise<unknown>): Promise<string> =>
  reading.then(
    () => {
      throw new Error('it was read')
    },
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  )
