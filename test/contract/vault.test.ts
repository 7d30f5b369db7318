import { CREDENTIALS } from '#sandbox/demo-users'
import { ROOT_TOKEN } from '#sandbox/vault/tokens'
import { startWorld } from '#test/sandbox/aws/test-world'
import { describeSecretsManager } from './secrets-manager.ts'
import { type VaultStandIn, vaultDriver } from './vault-driver.ts'
import { describeVaultProtocol } from './vault-protocol.ts'

/** The sandbox's Vault, on the sandbox's clock. */
async function start(): Promise<VaultStandIn> {
  const sandbox = await startWorld()
  return {
    address: `${sandbox.url}/vault`,
    rootToken: ROOT_TOKEN,
    roleId: CREDENTIALS.vaultRoleId,
    secretId: CREDENTIALS.vaultSecretId,
    now: () => sandbox.world.clock.now().toISOString(),
    close: () => sandbox.close(),
  }
}

describeSecretsManager('Vault in the sandbox', vaultDriver(start))
describeVaultProtocol('Vault in the sandbox', start)
