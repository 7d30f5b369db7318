import { CREDENTIALS } from '#sandbox/cast'
import { ROOT_TOKEN } from '#sandbox/vault/tokens'
import { startWorld } from '#test/sandbox/aws/test-world'
import type { RecordedCall } from '#test/support/recording-proxy'
import { describeSecretsManager } from './secrets-manager.ts'
import { vaultDriver } from './vault-driver.ts'

const recorded: RecordedCall[] = []

/** The sandbox's Vault. */
const sandboxDriver = vaultDriver(async () => {
  const sandbox = await startWorld()
  return {
    address: `${sandbox.url}/vault`,
    rootToken: ROOT_TOKEN,
    roleId: CREDENTIALS.vaultRoleId,
    secretId: CREDENTIALS.vaultSecretId,
    now: () => sandbox.world.clock.now().toISOString(),
    async close(calls) {
      recorded.push(...calls)
      await sandbox.close()
    },
  }
})

describeSecretsManager('Vault in the sandbox', sandboxDriver)
