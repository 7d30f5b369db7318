import { vault } from '#secrets/vault'
import { createRecordingProxy } from '#test/support/recording-proxy'
import { encoded, mustSucceed, vaultAs } from '#test/support/vault-client'
import { type SecretsManagerDriver, type SecretsWorld, VALUE } from './driver.ts'

export const PREFIX = 'flashfusion/'
export const MOUNT = 'secret'
/** The bot's role and policy have the same name. */
export const BOT_ROLE = 'rotation-bot'

/** A Vault's address and credentials. */
export interface VaultStandIn {
  /** As `VAULT_ADDR`. */
  address: string
  rootToken: string
  roleId: string
  secretId: string
  now: () => string
  close(): Promise<void>
}

const NO_ROTATION = 'Vault keeps versions of KV secrets; making a new one is its issuer’s work'

/** A driver for anything that speaks Vault's API. */
export function vaultDriver(start: () => Promise<VaultStandIn>): SecretsManagerDriver {
  return {
    prefix: PREFIX,
    cannot: {
      pending: 'what is written to Vault is current at once',
      'planned-deletion': 'Vault deletes versions, and has no date at which a secret goes',
      binary: 'a value in KV version 2 is JSON',
      rotate: NO_ROTATION,
      'rotation-refusals': NO_ROTATION,
    },
    throttled: {
      status: 429,
      headers: { 'content-type': 'application/json', 'retry-after': '0' },
      body: JSON.stringify({ errors: ['request path "x": rate limit quota exceeded'] }),
    },
    listing: (names) => ({
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ data: { keys: names.map((name) => name.slice(name.lastIndexOf('/') + 1)) } }),
    }),
    readsValue: ({ path }) => /\/(data|subkeys)\//.test(path),
    open: async () => openWorld(await start()),
  }
}

async function openWorld(standIn: VaultStandIn): Promise<SecretsWorld> {
  const { origin, pathname } = new URL(standIn.address)
  const proxy = await createRecordingProxy(origin)
  const connect = (secretId: string, prefix = PREFIX) =>
    vault.open(
      { prefix, mount: MOUNT },
      {
        VAULT_ADDR: `${proxy.url}${pathname}`,
        VAULT_ROLE_ID: standIn.roleId,
        VAULT_SECRET_ID: secretId,
      },
      standIn.now,
    )
  const root = mustSucceed(vaultAs(standIn.address, standIn.rootToken))
  return {
    manager: connect(standIn.secretId),
    stranger: connect('nobodys-secret-id'),
    managerFor: (prefix) => connect(standIn.secretId, prefix),
    proxy,
    ...preparing(root),
    async close() {
      await proxy.close()
      await standIn.close()
    },
  }
}

/** The suite's changes to secrets, with the root token. */
function preparing(
  root: ReturnType<typeof mustSucceed>,
): Omit<SecretsWorld, 'manager' | 'stranger' | 'managerFor' | 'proxy' | 'close'> {
  const at = (kind: string, name: string) => `${MOUNT}/${kind}/${encoded(name)}`
  const unable = async (): Promise<never> => {
    throw new TypeError('the driver says that it cannot')
  }
  const createSecret = async (name: string, tags: Record<string, string>) => {
    await root('POST', at('metadata', name), { custom_metadata: tags })
  }
  return {
    createSecret,
    async tag(name, tags) {
      await root('PATCH', at('metadata', name), { custom_metadata: tags })
    },
    async addVersion(name) {
      const { data } = await root('POST', at('data', name), { data: { token: VALUE } })
      return String(data?.version)
    },
    async withdraw(name, versionId) {
      await root('POST', at('delete', name), { versions: [Number(versionId)] })
    },
    async destroy(name, versionId) {
      await root('PUT', at('destroy', name), { versions: [Number(versionId)] })
    },
    async remove(name) {
      await root('DELETE', at('metadata', name))
    },
    async denyOne() {
      const name = `${PREFIX}denied`
      await createSecret(name, {})
      const { data } = await root('GET', `sys/policies/acl/${BOT_ROLE}`)
      const policy = `${data?.policy}\npath "${at('metadata', name)}" { capabilities = ["deny"] }\n`
      await root('POST', `sys/policies/acl/${BOT_ROLE}`, { policy })
      return name
    },
    promote: unable,
    planDeletion: unable,
    makeRotatable: unable,
    finishRotations: unable,
  }
}
