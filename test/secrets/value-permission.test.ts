import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NotReadable } from '#domain/tokens/secret'
import { secretsOf } from '#sandbox/aws/secrets'
import { CREDENTIALS } from '#sandbox/demo-users'
import { awsSecretsManager } from '#secrets/aws'
import { adminKey, botKey } from '#test/sandbox/aws/test-world'
import { AS_ROOT, openVaultWorld, type VaultWorld } from '#test/support/vault-world'

const NAME = 'flashfusion/staging/evaluator/capability-token'

describe('whether the bot may read a value', () => {
  let world: VaultWorld
  beforeEach(async () => {
    world = await openVaultWorld()
  })
  afterEach(async () => {
    const { calls } = world.proxy
    await world.close()
    // Whatever the policy, no answer contained a value.
    const values = secretsOf(world.sandbox.world)
      .all()
      .flatMap((secret) => secret.versions.flatMap(({ value }) => value?.SecretString ?? []))
    expect(values.length).toBeGreaterThan(0)
    expect(calls.filter(({ answer }) => values.some((value) => answer.includes(value)))).toEqual([])
    expect(calls.filter(({ answer }) => /SecretString|SecretBinary/.test(answer))).toEqual([])
  })

  const fault = (id: 'secrets-values-readable' | 'secrets-unavailable') =>
    world.sandbox.world.faults.set(id, true)

  describe('of AWS Secrets Manager', () => {
    const as = (accessKeyId: string) =>
      awsSecretsManager('flashfusion/', {
        region: CREDENTIALS.awsRegion,
        endpoint: `${world.proxy.url}/aws`,
        credentials: { accessKeyId, secretAccessKey: CREDENTIALS.awsSecretAccessKey },
        maxAttempts: 1,
      })

    it('is seen by a denial, for a secret that is there and for one that is not', async () => {
      expect(await as(botKey).canReadValue(NAME)).toBe(false)
      expect(await as(botKey).canReadValue('flashfusion/nothing')).toBe(false)
      expect(await as(adminKey).canReadValue(NAME)).toBe(true)
      expect(await as(adminKey).canReadValue('flashfusion/nothing')).toBe(true)
    })

    it('is true under a policy that is too wide', async () => {
      fault('secrets-values-readable')
      expect(await as(botKey).canReadValue(NAME)).toBe(true)
    })

    it('is unknown while AWS does not answer, or does not know the key', async () => {
      await expect(as('UNKNOWNKEY').canReadValue(NAME)).rejects.toThrow(/AWS does not know the access key/)
      fault('secrets-unavailable')
      await expect(as(botKey).canReadValue(NAME)).rejects.toThrow(NotReadable)
    })
  })

  describe('of Vault', () => {
    it('respects the secret’s own policy', async () => {
      expect(await world.open().canReadValue(NAME)).toBe(false)
      expect(await world.open(AS_ROOT).canReadValue(NAME)).toBe(true)
      expect(world.asked().filter((each) => each.includes('data/'))).toEqual([])
      fault('secrets-values-readable')
      expect(await world.open().canReadValue(NAME)).toBe(true)
    })

    it('is unknown where the bot may not ask, or Vault does not answer', async () => {
      const policy = 'path "secret/metadata/*" {\n  capabilities = ["list", "read"]\n}'
      await world.root('POST', 'sys/policies/acl/rotation-bot', { policy })
      await expect(world.open().canReadValue(NAME)).rejects.toThrow(
        /access denied.*vault-policy.hcl.*sys\/capabilities-self/,
      )
    })
  })
})
