import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { describeSecretsManager } from '#test/contract/secrets-manager'
import { BOT_ROLE, MOUNT, type VaultStandIn, vaultDriver } from '#test/contract/vault-driver'
import { describeVaultProtocol } from '#test/contract/vault-protocol'
import { mustSucceed, vaultAs } from '#test/support/vault-client'
import { startVault, type VaultServer } from './vault-server.ts'

const binary = process.env.VAULT_BINARY

if (binary === undefined || binary === '')
  describe('a real Vault', () => {
    it.skip('is not asked, because VAULT_BINARY is not set: it is the path of the executable vault or bao', () => {})
  })
else realVault(binary)

function realVault(path: string): void {
  let server: VaultServer
  beforeAll(async () => {
    server = await startVault(path)
  })
  afterAll(() => server.stop())

  /** Every test starts with empty mounts: one for reading, and a version 1 mount to mistake for it. */
  const start = async (): Promise<VaultStandIn> => {
    const { address, rootToken } = server
    const root = mustSucceed(vaultAs(address, rootToken))
    for (const [mount, version] of [
      [MOUNT, '2'],
      ['old-secret', '1'],
    ]) {
      await root('DELETE', `sys/mounts/${mount}`)
      await root('POST', `sys/mounts/${mount}`, { type: 'kv', options: { version } })
    }
    return {
      address,
      rootToken,
      ...(await letBotIn(root)),
      now: () => new Date().toISOString(),
      async close() {},
    }
  }

  describeSecretsManager('A real Vault', vaultDriver(start))
  describeVaultProtocol('A real Vault', start)
}

/** Gives the bot the documented policy and role. */
async function letBotIn(root: ReturnType<typeof mustSucceed>): Promise<{ roleId: string; secretId: string }> {
  const policy = readFileSync(new URL('../../docs/vault-policy.hcl', import.meta.url), 'utf8')
  await root('POST', `sys/policies/acl/${BOT_ROLE}`, { policy })
  const { data: auths } = await root('GET', 'sys/auth')
  if (auths && !('approle/' in auths)) await root('POST', 'sys/auth/approle', { type: 'approle' })
  const role = `auth/approle/role/${BOT_ROLE}`
  await root('POST', role, {
    token_policies: [BOT_ROLE],
    token_no_default_policy: true,
    token_ttl: '20m',
    token_max_ttl: '60m',
  })
  const roleId = (await root('GET', `${role}/role-id`)).data?.role_id
  const secretId = (await root('POST', `${role}/secret-id`)).data?.secret_id
  return { roleId: String(roleId), secretId: String(secretId) }
}
