import {
  PutSecretValueCommand,
  TagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { currentVersion } from '#domain/tokens/secret'
import { asOfLately, asOfNow } from '#operations/readings/read-secrets'
import { createSecret, secretsOf } from '#sandbox/aws/secrets'
import { stableId } from '#sandbox/aws/stable-id'
import { CREDENTIALS } from '#sandbox/demo-users'
import { awsSecretsManager } from '#secrets/aws'
import { limitRate } from '#secrets/limit-rate'
import { operationOf, PREFIX } from '#test/contract/aws-driver'
import { adminKey, botKey, startWorld, type TestWorld } from '#test/sandbox/aws/test-world'
import { createRecordingProxy, type RecordingProxy } from '#test/support/recording-proxy'

const TOKENS = 100
const QUICK = 10_000
const MINUTE = 60_000

describe('readings of AWS that are remembered', () => {
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

  const manager = (callsPerSecond = QUICK) =>
    awsSecretsManager(
      PREFIX,
      {
        region: CREDENTIALS.awsRegion,
        endpoint: `${proxy.url}/aws`,
        credentials: { accessKeyId: botKey, secretAccessKey: CREDENTIALS.awsSecretAccessKey },
      },
      callsPerSecond,
    )
  const names = Array.from({ length: TOKENS }, (_, index) => `${PREFIX}many/${index}`)
  const first = `${PREFIX}many/0`
  const idOf = (name: string, version: number) => `${stableId(`${name} ${version}`)}`

  function seed(): void {
    for (const name of names) {
      const version = { id: idOf(name, 1), value: { SecretString: 'x' } }
      createSecret(secretsOf(sandbox.world), { name, version }, sandbox.world.clock.now().toISOString())
    }
  }
  /** As the workflow does: a new version, then its tags. */
  async function rotate(name: string): Promise<void> {
    const admin = sandbox.awsAs(adminKey)
    const ClientRequestToken = idOf(name, 2)
    await admin.send(new PutSecretValueCommand({ SecretId: name, SecretString: 'y', ClientRequestToken }))
    await tag(name, ClientRequestToken)
  }
  const tag = (SecretId: string, Value: string) =>
    sandbox.awsAs(adminKey).send(new TagResourceCommand({ SecretId, Tags: [{ Key: 'version', Value }] }))

  /** The calls since the last time. */
  function calls() {
    const counts: Record<string, number> = {}
    for (const call of proxy.calls) counts[operationOf(call)] = (counts[operationOf(call)] ?? 0) + 1
    proxy.calls.length = 0
    return counts
  }
  /** A list is shared for a second. */
  const letListExpire = () => new Promise((resolve) => setTimeout(resolve, 1_050))

  it('cost three calls a token in a rotation of a hundred, and a list of two pages a poll', async () => {
    seed()
    const secrets = manager()
    await secrets.readAll()
    calls()
    await secrets.read(names, { describedSince: performance.now() })
    for (const name of names) await rotate(name)
    await secrets.read(names, 'listed')
    await letListExpire()
    await secrets.read(names, 'listed')
    const ended = performance.now()
    const readings = await secrets.read(names, { describedSince: ended })
    expect(calls()).toEqual({ ListSecrets: 4, DescribeSecret: 200, ListSecretVersionIds: 100 })
    expect(readings.map(({ secret }) => secret && currentVersion(secret)?.id)).toEqual(
      names.map((name) => idOf(name, 2)),
    )
    expect(readings.every(({ name, secret }) => secret?.tags.version === idOf(name, 2))).toBe(true)
  })

  it('are read again when the list shows other labels or tags, and only then', async () => {
    const name = names[0] ?? ''
    seed()
    const secrets = manager()
    const lately = { describedSince: performance.now() - MINUTE }
    await secrets.read(names, lately)
    calls()
    await secrets.read(names, lately)
    expect(calls()).toEqual({ ListSecrets: 2 })
    await rotate(name)
    await letListExpire()
    await secrets.read(names, lately)
    expect(calls()).toEqual({ ListSecrets: 2, DescribeSecret: 1, ListSecretVersionIds: 1 })
    sandbox.world.clock.advance(MINUTE)
    await tag(name, 'another')
    await letListExpire()
    const [reading] = await secrets.read(names, lately)
    expect(calls()).toEqual({ ListSecrets: 2, DescribeSecret: 1 })
    expect(reading?.secret?.tags.version).toBe('another')
  })

  it('are never used for a reading as of now', async () => {
    seed()
    const secrets = manager()
    await secrets.read([first], { describedSince: 0 })
    await rotate(first)
    calls()
    const [reading] = await secrets.read([first], { describedSince: performance.now() + 1 })
    expect(calls()).toEqual({ DescribeSecret: 1, ListSecretVersionIds: 1 })
    expect(reading?.secret && currentVersion(reading.secret)?.id).toBe(idOf(first, 2))
  })

  it('are not used for it after the clock of the machine was set back either', async () => {
    const two = names.slice(0, 2)
    const now = Date.now()
    seed()
    vi.useFakeTimers({ toFake: ['Date'], now: now + 30 * MINUTE })
    const secrets = manager()
    await secrets.read(two, asOfNow())
    // From now on it knows a list, too.
    await secrets.read(two, asOfLately())
    vi.setSystemTime(now)
    await rotate(first)
    const [reading] = await secrets.read(two, asOfNow()).finally(() => vi.useRealTimers())
    expect(reading?.secret && currentVersion(reading.secret)?.id).toBe(idOf(first, 2))
  })

  it('are not replaced by what a list shows that is minutes behind', async () => {
    seed()
    const secrets = manager()
    // Another reader's list: this one must not know it.
    await manager().readAll()
    const behind = proxy.calls.find(
      (call) => operationOf(call) === 'ListSecrets' && call.answer.includes(`"${first}"`),
    )
    sandbox.world.clock.advance(MINUTE)
    await rotate(first)
    await secrets.read(names, { describedSince: performance.now() })
    const answer = {
      status: 200,
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: behind?.answer ?? '',
    }
    proxy.answerInstead(
      { ...answer, body: JSON.stringify({ ...JSON.parse(answer.body), NextToken: undefined }) },
      9,
      /MaxResults/,
    )
    for (const freshness of ['listed', { describedSince: 0 }] as const) {
      const [reading] = await secrets.read([first, ...names.slice(1)], freshness)
      expect(reading?.secret && currentVersion(reading.secret)?.id).toBe(idOf(first, 2))
      expect(reading?.secret?.tags.version).toBe(idOf(first, 2))
    }
  })

  it('see a version that was taken back, once the list shows it', async () => {
    seed()
    await rotate(first)
    const secrets = manager()
    await secrets.read(names, { describedSince: 0 })
    const move = {
      SecretId: first,
      VersionStage: 'AWSCURRENT',
      MoveToVersionId: idOf(first, 1),
      RemoveFromVersionId: idOf(first, 2),
    }
    await sandbox.awsAs(adminKey).send(new UpdateSecretVersionStageCommand(move))
    await letListExpire()
    const [reading] = await secrets.read(names, { describedSince: 0 })
    expect(reading?.secret && currentVersion(reading.secret)?.id).toBe(idOf(first, 1))
  })

  it('say which secret cannot be read, beside those that can', async () => {
    seed()
    const readings = await manager().read([first, `${PREFIX}missing`], 'listed')
    expect(readings.map(({ problem }) => problem === null)).toEqual([true, false])
    expect(readings[1]?.problem).toContain('the secret does not exist')
  })
})

describe('the pace of calls to AWS', () => {
  it('lets twenty calls start in any second', async () => {
    const turn = limitRate(20, 1_000)
    const starts: number[] = []
    await Promise.all(
      Array.from({ length: 50 }, async () => {
        await turn()
        starts.push(performance.now())
      }),
    )
    const busiest = Math.max(
      ...starts.map((from) => starts.filter((at) => at >= from && at < from + 1_000).length),
    )
    expect(busiest).toBe(20)
  })
})
