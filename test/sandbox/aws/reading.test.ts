import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  ListSecretsCommand,
  type ListSecretsCommandInput,
  ListSecretVersionIdsCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { adminKey, botKey, startWorld, type TestWorld } from './test-world.ts'

const DAY = 86_400_000
const PRODUCTION = 'flashfusion/production/orchestrator/capability-token'
let sandbox: TestWorld

beforeEach(async () => {
  sandbox = await startWorld()
})
afterEach(() => sandbox.close())

const names = async (input: ListSecretsCommandInput) =>
  ((await sandbox.awsAs(botKey).send(new ListSecretsCommand(input))).SecretList ?? []).map(
    (secret) => secret.Name,
  )

test('the bot lists nine secrets with tags and the stage map of ListSecrets', async () => {
  const { SecretList, NextToken } = await sandbox.awsAs(botKey).send(new ListSecretsCommand({}))
  expect(SecretList).toHaveLength(9)
  expect(NextToken).toBeUndefined()
  const secret = SecretList?.find((one) => one.Name === PRODUCTION)
  expect(secret?.ARN).toMatch(
    /^arn:aws:secretsmanager:eu-central-1:\d{12}:secret:flashfusion\/production\/orchestrator\/capability-token-\w{6}$/,
  )
  expect(Object.values(secret?.SecretVersionsToStages ?? {})).toEqual([['AWSCURRENT']])
  const tags = Object.fromEntries((secret?.Tags ?? []).map((tag) => [tag.Key, tag.Value]))
  expect(tags).toMatchObject({ owner: 'platform', env: 'production', scope: 'orchestrator' })
  expect(tags.version).toBe(Object.keys(secret?.SecretVersionsToStages ?? {})[0])
  expect(secret?.LastRotatedDate).toBeUndefined()
})

test('pages: a filtered page may be empty and still have a next token', async () => {
  const client = sandbox.awsAs(botKey)
  const filters = [{ Key: 'name' as const, Values: ['flashfusion/sandbox/'] }]
  const found: (string | undefined)[] = []
  const sizes: number[] = []
  let NextToken: string | undefined
  do {
    const page = await client.send(new ListSecretsCommand({ MaxResults: 2, Filters: filters, NextToken }))
    sizes.push(page.SecretList?.length ?? 0)
    found.push(...(page.SecretList ?? []).map((secret) => secret.Name))
    NextToken = page.NextToken
  } while (NextToken)
  expect(found.toSorted()).toEqual([
    'flashfusion/sandbox/evaluator/capability-token',
    'flashfusion/sandbox/orchestrator/capability-token',
    'flashfusion/sandbox/tool-runner/capability-token',
  ])
  expect(sizes.slice(0, -1)).toContain(0)
})

test.each([
  [{ Key: 'name', Values: ['flashfusion/staging'] }, 3],
  [{ Key: 'name', Values: ['staging'] }, 0],
  [{ Key: 'name', Values: ['!flashfusion/staging'] }, 6],
  [{ Key: 'tag-key', Values: ['own'] }, 9],
  [{ Key: 'tag-value', Values: ['tool'] }, 3],
  [{ Key: 'all', Values: ['STAGING evaluator'] }, 1],
] as const)('filter %j finds %i', async (filter, count) => {
  expect(await names({ Filters: [{ Key: filter.Key, Values: [...filter.Values] }] })).toHaveLength(count)
})

test('secrets scheduled for deletion are listed on request only, and deleted after the window', async () => {
  await sandbox
    .awsAs(adminKey)
    .send(new DeleteSecretCommand({ SecretId: PRODUCTION, RecoveryWindowInDays: 7 }))
  expect(await names({})).toHaveLength(8)
  expect(await names({ IncludePlannedDeletion: true })).toHaveLength(9)
  const described = await sandbox.awsAs(botKey).send(new DescribeSecretCommand({ SecretId: PRODUCTION }))
  expect(described.DeletedDate).toBeInstanceOf(Date)
  sandbox.advance(7 * DAY)
  expect(await names({ IncludePlannedDeletion: true })).toHaveLength(8)
})

test('DescribeSecret accepts a name, an ARN and an ARN without its suffix', async () => {
  const client = sandbox.awsAs(botKey)
  const { ARN, VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId: PRODUCTION }))
  expect(Object.values(VersionIdsToStages ?? {})).toEqual([['AWSCURRENT']])
  for (const SecretId of [ARN!, ARN!.slice(0, -7)]) {
    expect((await client.send(new DescribeSecretCommand({ SecretId }))).Name).toBe(PRODUCTION)
  }
})

test('deprecated versions are listed on request only', async () => {
  const client = sandbox.awsAs(botKey)
  const shown = await client.send(new ListSecretVersionIdsCommand({ SecretId: PRODUCTION }))
  expect(shown.Versions?.map((version) => version.VersionStages)).toEqual([['AWSCURRENT']])
  const all = await client.send(
    new ListSecretVersionIdsCommand({ SecretId: PRODUCTION, IncludeDeprecated: true }),
  )
  expect(all.Versions?.map((version) => version.VersionStages)).toEqual([undefined, ['AWSCURRENT']])
  const ages = all.Versions?.map(
    (version) => (sandbox.world.clock.now().getTime() - version.CreatedDate!.getTime()) / DAY,
  )
  expect(ages?.map(Math.round)).toEqual([42, 12])
  const first = await client.send(new ListSecretVersionIdsCommand({ SecretId: PRODUCTION, MaxResults: 1 }))
  expect(first.Versions).toEqual([])
  expect(first.NextToken).toBeDefined()
  const second = await client.send(
    new ListSecretVersionIdsCommand({ SecretId: PRODUCTION, MaxResults: 1, NextToken: first.NextToken }),
  )
  expect(second.Versions).toHaveLength(1)
  expect(second.NextToken).toBeUndefined()
})

test('the seeded ages are twelve, twenty and thirty-one days', async () => {
  const ageOf = async (SecretId: string) => {
    const { Versions } = await sandbox.awsAs(botKey).send(new ListSecretVersionIdsCommand({ SecretId }))
    const current = Versions?.find((version) => version.VersionStages?.includes('AWSCURRENT'))
    return Math.round((sandbox.world.clock.now().getTime() - current!.CreatedDate!.getTime()) / DAY)
  }
  expect(await ageOf('flashfusion/staging/tool-runner/capability-token')).toBe(20)
  expect(await ageOf('flashfusion/sandbox/orchestrator/capability-token')).toBe(31)
  expect(await ageOf('flashfusion/sandbox/evaluator/capability-token')).toBe(12)
})

test('faults: a denied DescribeSecret for the bot only, and a hidden owner tag', async () => {
  const denied = new DescribeSecretCommand({ SecretId: 'flashfusion/staging/evaluator/capability-token' })
  const describe = new DescribeSecretCommand({
    SecretId: 'flashfusion/sandbox/tool-runner/capability-token',
  })
  const keys = async () => (await sandbox.awsAs(botKey).send(describe)).Tags?.map((tag) => tag.Key)
  expect(await keys()).toContain('owner')
  sandbox.world.faults.set('secrets-access-denied', true)
  sandbox.world.faults.set('metadata-missing', true)
  await expect(sandbox.awsAs(botKey).send(denied)).rejects.toMatchObject({ name: 'AccessDeniedException' })
  expect((await sandbox.awsAs(adminKey).send(denied)).Name).toContain('staging/evaluator')
  expect((await sandbox.awsAs(botKey).send(new DescribeSecretCommand({ SecretId: PRODUCTION }))).Name).toBe(
    PRODUCTION,
  )
  expect(await keys()).not.toContain('owner')
  const listed = await sandbox
    .awsAs(botKey)
    .send(new ListSecretsCommand({ Filters: [{ Key: 'tag-key', Values: ['owner'] }] }))
  expect(listed.SecretList).toHaveLength(8)
})
