import { once } from 'node:events'
import { createServer } from 'node:net'
import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { currentVersion } from '#domain/tokens/secret'
import { createSecret, secretsOf } from '#sandbox/aws/secrets'
import { stableId } from '#sandbox/aws/stable-id'
import { CREDENTIALS } from '#sandbox/demo-users'
import { awsSecretsManager, RETRY_SETTINGS } from '#secrets/aws'
import { CONCURRENCY } from '#secrets/aws-reader'
import { operationOf, PREFIX } from '#test/contract/aws-driver'
import { adminKey, botKey, startWorld, type TestWorld } from '#test/sandbox/aws/test-world'
import { createRecordingProxy, type RecordingProxy } from '#test/support/recording-proxy'

const credentials = { accessKeyId: botKey, secretAccessKey: CREDENTIALS.awsSecretAccessKey }

/** Calls a second, so that tests with hundreds of secrets do not wait. */
const QUICK = 10_000

const THROTTLED = {
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: '{"__type":"ThrottlingException","message":"Rate exceeded"}',
}

describe('AWS Secrets Manager', () => {
  let sandbox: TestWorld
  let proxy: RecordingProxy
  beforeEach(async () => {
    sandbox = await startWorld()
    proxy = await createRecordingProxy(sandbox.url)
  })
  afterEach(async () => {
    await proxy.close()
    await sandbox.close()
  })

  const manager = (prefix = PREFIX) =>
    awsSecretsManager(
      prefix,
      { region: CREDENTIALS.awsRegion, endpoint: `${proxy.url}/aws`, credentials },
      QUICK,
    )

  /** Existing secrets, created without HTTP requests. */
  function seed(prefix: string, count: number): void {
    for (let index = 0; index < count; index += 1) {
      const name = `${prefix}${index}`
      const version = { id: stableId(name), value: { SecretString: 'x' } }
      createSecret(secretsOf(sandbox.world), { name, version }, sandbox.world.clock.now().toISOString())
    }
  }

  const callsOf = (operation: string) => proxy.calls.filter((call) => operationOf(call) === operation).length

  it('reads all with a call a page and a call a secret', async () => {
    seed(`${PREFIX}many/`, 241)
    const readings = await manager().readAll()
    expect(readings).toHaveLength(250)
    expect(readings.filter((reading) => reading.problem !== null)).toEqual([])
    expect(callsOf('ListSecrets')).toBe(3)
    expect(callsOf('ListSecretVersionIds')).toBe(250)
    expect(proxy.calls).toHaveLength(253)
  })

  it('goes on after a page that is empty and has a next token', async () => {
    seed('payroll/', 300)
    seed(`${PREFIX}last/`, 1)
    const names = (await manager().readAll()).map((reading) => reading.name)
    expect(names).toHaveLength(10)
    expect(names).toContain(`${PREFIX}last/0`)
    const pages = proxy.calls.filter((call) => operationOf(call) === 'ListSecrets')
    const sizes = pages.map((page) => JSON.parse(page.answer).SecretList.length)
    expect(sizes).toEqual([9, 0, 0, 1])
  })

  it('reads versions beyond the first page', async () => {
    const admin = sandbox.awsAs(adminKey)
    const SecretId = `${PREFIX}renewed-often`
    await admin.send(new CreateSecretCommand({ Name: SecretId, SecretString: '0' }))
    for (let index = 1; index <= 120; index += 1)
      await admin.send(new PutSecretValueCommand({ SecretId, SecretString: String(index) }))
    const { versions } = await manager().describe(SecretId)
    expect(versions).toHaveLength(121)
    expect(versions.filter((version) => version.state === 'live')).toHaveLength(2)
    expect(versions.filter((version) => version.current)).toHaveLength(1)
    const all = await manager().readAll()
    expect(all.find((reading) => reading.name === SecretId)?.secret?.versions).toHaveLength(121)
  })

  it('knows a secret whose only version is pending: none is current', async () => {
    const admin = sandbox.awsAs(adminKey)
    const SecretId = `${PREFIX}unfinished`
    await admin.send(new CreateSecretCommand({ Name: SecretId }))
    const secrets = secretsOf(sandbox.world)
    const labels = ['AWSPENDING']
    const createdAt = sandbox.world.clock.now().toISOString()
    const version = {
      id: stableId('p'),
      createdAt,
      labels,
      value: null,
      destroyedAt: null,
      lastAccessedAt: null,
    }
    secrets.save({ ...secrets.get(SecretId), versions: [version] })
    const secret = await manager().describe(SecretId)
    expect(currentVersion(secret)).toBeUndefined()
    expect(secret.versions).toMatchObject([{ pending: true, current: false }])
  })

  it('asks once more for what was throttled to the end while the others were read', async () => {
    seed(`${PREFIX}many/`, 20)
    proxy.answerInstead(THROTTLED, RETRY_SETTINGS.maxAttempts, /"SecretId":"[^"]+many\/7"/)
    const readings = await manager().readAll()
    expect(readings.filter((reading) => reading.problem !== null)).toEqual([])
    expect(readings).toHaveLength(29)
    expect(callsOf('ListSecretVersionIds')).toBe(29)
  })

  it('names what is throttled for good, and has read the others', async () => {
    seed(`${PREFIX}many/`, 3)
    proxy.answerInstead(THROTTLED, Number.POSITIVE_INFINITY, /"SecretId":"[^"]+many\/1"/)
    const unread = (await manager().readAll()).filter((reading) => reading.secret === null)
    expect(unread).toEqual([
      {
        name: `${PREFIX}many/1`,
        secret: null,
        problem: expect.stringContaining('AWS is throttling; wait a minute, then try again'),
      },
    ])
  })

  it('stops once nothing answers, instead of waiting for thousands', async () => {
    seed(`${PREFIX}many/`, 191)
    proxy.cutAfter(2 + 50)
    const readings = await manager().readAll()
    const unread = readings.filter((reading) => reading.secret === null)
    expect(readings).toHaveLength(200)
    expect(unread).toHaveLength(150)
    const given = unread.filter((reading) => reading.problem?.includes('skipped'))
    expect(given.length).toBeGreaterThanOrEqual(150 - 2 * CONCURRENCY)
    for (const { problem } of given) expect(problem).toContain('AWS cannot be reached')
  })

  it('stops waiting for a server that accepts the connection and does not answer', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    const port = typeof address === 'object' ? address?.port : null
    const impatient = awsSecretsManager(PREFIX, {
      region: CREDENTIALS.awsRegion,
      endpoint: `http://127.0.0.1:${port}`,
      credentials,
      maxAttempts: 1,
    })
    await expect(impatient.describe(`${PREFIX}x`)).rejects.toThrow('AWS cannot be reached')
    silent.close()
  })

  it('has a sentence for a bot without credentials', async () => {
    const nobody = awsSecretsManager(PREFIX, {
      region: CREDENTIALS.awsRegion,
      endpoint: `${proxy.url}/aws`,
      credentials: async () => {
        throw Object.assign(new Error('Could not load credentials from any providers'), {
          name: 'CredentialsProviderError',
        })
      },
    })
    await expect(nobody.readAll()).rejects.toThrow(
      /no AWS credentials were found.*give the bot a role or a key/,
    )
  })

  it('shows what AWS says where it refuses to rotate', async () => {
    const name = `${PREFIX}fixed`
    seed(name, 1)
    const rotate = manager().rotate?.(`${name}0`, stableId('new'))
    await expect(rotate).rejects.toThrow(
      `${name}0: AWS says: No Lambda rotation function ARN is associated with this secret. (RotateSecret)`,
    )
    await expect(manager('').rotate?.('payroll/x', stableId('new'))).rejects.toMatchObject({
      name: 'RotationRefused',
      message: expect.stringContaining('access denied'),
    })
  })
})
