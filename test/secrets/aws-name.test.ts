import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { resolveRegistry } from '#domain/tokens/resolve-registry'
import { parseArn } from '#domain/tokens/secret-name'
import { ARN_PREFIX, secretsOf } from '#sandbox/aws/secrets'
import { CREDENTIALS } from '#sandbox/demo-users'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { awsSecretsManager } from '#secrets/aws'
import { awsName } from '#secrets/aws-name'

const HERE = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:'
const LISTED = [
  { name: 'flash/a', arn: `${HERE}flash/a-AbCdEf` },
  { name: 'flash/my-secret', arn: `${HERE}flash/my-secret-GhIjKl` },
  { name: 'flash/my', arn: `${HERE}flash/my-MnOpQr` },
]
const nameOf = (reference: string) => awsName(reference, LISTED, parseArn(`${HERE}x`))

describe('the secret that a registry names', () => {
  it.each([
    ['a name', 'flash/a', 'flash/a'],
    ['its ARN', `${HERE}flash/a-AbCdEf`, 'flash/a'],
    ['its ARN without the six characters', `${HERE}flash/a`, 'flash/a'],
    ['an abbreviated ARN that seems to have them', `${HERE}flash/my-secret`, 'flash/my-secret'],
    ['an ARN that is not listed, without the prefix', `${HERE}other/b-AbCdEf`, 'other/b'],
  ])('by %s is the one here', (_, reference, name) => {
    expect(nameOf(reference)).toBe(name)
  })

  it.each([
    ['of another account', 'arn:aws:secretsmanager:eu-central-1:999900001111:secret:flash/a-AbCdEf'],
    ['of another region', 'arn:aws:secretsmanager:us-east-1:111122223333:secret:flash/a-AbCdEf'],
    ['of another partition', 'arn:aws-cn:secretsmanager:eu-central-1:111122223333:secret:flash/a-AbCdEf'],
    ['of a deleted one with the same name', `${HERE}flash/a-ZyXwVu`],
  ])('by an ARN %s is another one', (_, reference) => {
    expect(nameOf(reference)).toBe(reference)
  })
})

describe('a registry with ARNs', () => {
  let sandbox: Sandbox
  beforeEach(async () => {
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
  })
  afterEach(() => sandbox.close())

  const manager = () =>
    awsSecretsManager('flashfusion/', {
      region: CREDENTIALS.awsRegion,
      endpoint: sandbox.env.AWS_ENDPOINT_URL ?? sandbox.env.AWS_ENDPOINT_URL_SECRETS_MANAGER ?? '',
      credentials: {
        accessKeyId: CREDENTIALS.awsAccessKeyId,
        secretAccessKey: CREDENTIALS.awsSecretAccessKey,
      },
      maxAttempts: 1,
    })
  const token = (secret: string) => ({
    agent: 'evaluator',
    environment: 'staging',
    secret,
    owner: 'platform',
    cadenceDays: null,
  })

  it('has the secret here by its name, and one of another account as one that is not here', async () => {
    const [here] = secretsOf(sandbox.world).all()
    const foreign = `arn:aws:secretsmanager:eu-central-1:999900001111:secret:${here?.name}-AbCdEf`
    const secrets = manager()
    const tokens = await resolveRegistry([token(here?.arn ?? ''), token(foreign)], secrets)
    expect(tokens.map((each) => each.secret)).toEqual([here?.name, foreign])
    const [reading] = await secrets.read([foreign], 'listed')
    expect(reading?.problem).toMatch(
      /it is in account 999900001111, eu-central-1, not in this account \(account 1111/,
    )
  })

  it('is refused when it names a secret twice in two ways', async () => {
    const [here] = secretsOf(sandbox.world).all()
    const tokens = [token(here?.name ?? ''), token(`${ARN_PREFIX}${here?.name}`)]
    await expect(resolveRegistry(tokens, manager())).rejects.toThrow(/twice, by its name and its ARN/)
  })
})
