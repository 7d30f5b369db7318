import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  type SecretsManagerClient,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { adminKey, startWorld, type TestWorld } from './test-world.ts'

const SecretId = 'ci/example'
const V1 = '11111111-1111-4111-8111-111111111111'
const V2 = '22222222-2222-4222-8222-222222222222'
const V3 = '33333333-3333-4333-8333-333333333333'
let sandbox: TestWorld
let admin: SecretsManagerClient

beforeEach(async () => {
  sandbox = await startWorld()
  admin = sandbox.awsAs(adminKey)
  await admin.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'one', ClientRequestToken: V1 }))
})
afterEach(() => sandbox.close())

const stages = async () => (await admin.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages
const put = (ClientRequestToken: string, SecretString: string, VersionStages?: string[]) =>
  admin.send(
    new PutSecretValueCommand({
      SecretId,
      ClientRequestToken,
      SecretString,
      ...(VersionStages && { VersionStages }),
    }),
  )
const move = (VersionStage: string, from?: string, to?: string) =>
  admin.send(
    new UpdateSecretVersionStageCommand({
      SecretId,
      VersionStage,
      ...(from && { RemoveFromVersionId: from }),
      ...(to && { MoveToVersionId: to }),
    }),
  )

describe('versions', () => {
  test('the first version is current', async () => {
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'] })
  })

  test('a new value moves AWSCURRENT, and AWSPREVIOUS with it; the third deprecates the first', async () => {
    await put(V2, 'two')
    expect(await stages()).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] })
    await put(V3, 'three')
    expect(await stages()).toEqual({ [V2]: ['AWSPREVIOUS'], [V3]: ['AWSCURRENT'] })
    const all = await admin.send(new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }))
    expect(all.Versions?.map((version) => version.VersionId)).toEqual([V1, V2, V3])
  })

  test('a value put as AWSPENDING changes nothing else', async () => {
    await put(V2, 'two', ['AWSPENDING'])
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] })
  })

  test('the same token is idempotent with the same value, and refused with another', async () => {
    await put(V2, 'two')
    await put(V2, 'two')
    expect(await stages()).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] })
    await expect(put(V2, 'other')).rejects.toMatchObject({ name: 'ResourceExistsException' })
  })

  test('creating a secret again is idempotent with the same token and value, and refused otherwise', async () => {
    const create = (ClientRequestToken: string, SecretString: string) =>
      admin.send(new CreateSecretCommand({ Name: SecretId, ClientRequestToken, SecretString }))
    expect((await create(V1, 'one')).VersionId).toBe(V1)
    await expect(create(V1, 'other')).rejects.toMatchObject({ name: 'ResourceExistsException' })
    await expect(create(V2, 'one')).rejects.toMatchObject({
      name: 'ResourceExistsException',
      message: `The operation failed because the secret ${SecretId} already exists.`,
    })
  })

  test('values are read by label and by version', async () => {
    await put(V2, 'two')
    const read = async (wanted: object) =>
      (await admin.send(new GetSecretValueCommand({ SecretId, ...wanted }))).SecretString
    expect(await read({})).toBe('two')
    expect(await read({ VersionStage: 'AWSPREVIOUS' })).toBe('one')
    expect(await read({ VersionId: V1 })).toBe('one')
    await expect(read({ VersionId: V1, VersionStage: 'AWSCURRENT' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    })
    await expect(read({ VersionStage: 'AWSPENDING' })).rejects.toMatchObject({
      message: "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    })
  })
})

test('beyond a hundred versions, deprecated ones older than a day are pruned', async () => {
  const token = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
  const count = async () => {
    const { Versions, NextToken } = await admin.send(
      new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }),
    )
    return [Versions?.length, NextToken !== undefined]
  }
  for (let n = 0; n < 104; n++) await put(token(n), `value ${n}`)
  expect(await count()).toEqual([100, true])
  sandbox.advance(25 * 3_600_000)
  await put(token(104), 'value 104')
  expect(await count()).toEqual([100, false])
  expect(await stages()).toEqual({ [token(103)]: ['AWSPREVIOUS'], [token(104)]: ['AWSCURRENT'] })
})

describe('moving labels', () => {
  beforeEach(() => put(V2, 'two', ['AWSPENDING']))

  test('moving AWSCURRENT moves AWSPREVIOUS, in both directions', async () => {
    await move('AWSCURRENT', V1, V2)
    expect(await stages()).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSPENDING', 'AWSCURRENT'] })
    await move('AWSPENDING', V2)
    await move('AWSCURRENT', V2, V1)
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPREVIOUS'] })
  })

  test('moving a label requires the version that has it', async () => {
    await expect(move('AWSCURRENT', undefined, V2)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: `The parameter RemoveFromVersionId can't be empty. Staging label AWSCURRENT is currently attached to version ${V1}, so you must explicitly reference that version in RemoveFromVersionId.`,
    })
    await expect(move('AWSCURRENT', V2, V2)).rejects.toMatchObject({ name: 'InvalidParameterException' })
    await expect(move('AWSCURRENT', V1, V3)).rejects.toMatchObject({ name: 'InvalidParameterException' })
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] })
  })

  test('AWSCURRENT cannot be removed, a custom label can', async () => {
    await expect(move('AWSCURRENT', V1)).rejects.toMatchObject({ name: 'InvalidParameterException' })
    await move('canary', undefined, V2)
    expect((await stages())?.[V2]).toEqual(['AWSPENDING', 'canary'])
    await move('canary', V2)
    await move('AWSPENDING', V2)
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'] })
  })
})

describe('tags', () => {
  const tag = (Tags: { Key: string; Value: string }[]) =>
    admin.send(new TagResourceCommand({ SecretId, Tags }))
  const tags = async () => (await admin.send(new DescribeSecretCommand({ SecretId }))).Tags

  test('are added, overwritten and removed, and are case-sensitive', async () => {
    await tag([
      { Key: 'env', Value: 'staging' },
      { Key: 'Env', Value: 'x' },
    ])
    await tag([{ Key: 'env', Value: 'production' }])
    await admin.send(new UntagResourceCommand({ SecretId, TagKeys: ['Env', 'never-there'] }))
    expect(await tags()).toEqual([{ Key: 'env', Value: 'production' }])
  })

  test.each([
    ['aws: is reserved', [{ Key: 'aws:owner', Value: 'x' }], 'InvalidParameterException'],
    [
      'a key twice',
      [
        { Key: 'a', Value: '1' },
        { Key: 'a', Value: '2' },
      ],
      'InvalidParameterException',
    ],
    [
      'fifty-one',
      Array.from({ length: 51 }, (_, n) => ({ Key: `k${n}`, Value: '' })),
      'InvalidParameterException',
    ],
    ['a long key', [{ Key: 'k'.repeat(129), Value: '' }], 'ValidationException'],
    ['a long value', [{ Key: 'k', Value: 'v'.repeat(257) }], 'ValidationException'],
  ])('%s: refused', async (_what, refused, name) => {
    await expect(tag(refused)).rejects.toMatchObject({ name })
    expect(await tags()).toBeUndefined()
  })
})

describe('deletion', () => {
  test('a scheduled deletion forbids changes and can be cancelled', async () => {
    await admin.send(new DeleteSecretCommand({ SecretId }))
    const refusal = {
      name: 'InvalidRequestException',
      message: "You can't perform this operation on the secret because it was marked for deletion.",
    }
    await expect(put(V2, 'two')).rejects.toMatchObject(refusal)
    await expect(admin.send(new GetSecretValueCommand({ SecretId }))).rejects.toMatchObject(refusal)
    await expect(
      admin.send(new CreateSecretCommand({ Name: SecretId, SecretString: 'x' })),
    ).rejects.toMatchObject({
      name: 'InvalidRequestException',
    })
    await admin.send(new RestoreSecretCommand({ SecretId }))
    await put(V2, 'two')
  })

  test('the recovery window is 7 to 30 days, or none', async () => {
    for (const RecoveryWindowInDays of [0, 6, 31]) {
      const command = new DeleteSecretCommand({ SecretId, RecoveryWindowInDays })
      await expect(admin.send(command)).rejects.toMatchObject({ name: 'InvalidParameterException' })
    }
    await admin.send(new DeleteSecretCommand({ SecretId, ForceDeleteWithoutRecovery: true }))
    await expect(admin.send(new DescribeSecretCommand({ SecretId }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    })
  })
})

describe('managed rotation', () => {
  const RotationLambdaARN = 'arn:aws:lambda:eu-central-1:111122223333:function:rotate'
  const rotate = (ClientRequestToken: string, lambda?: string) =>
    admin.send(
      new RotateSecretCommand({ SecretId, ClientRequestToken, ...(lambda && { RotationLambdaARN: lambda }) }),
    )

  test('is refused without a rotation function', async () => {
    await expect(rotate(V2)).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: 'No Lambda rotation function ARN is associated with this secret.',
    })
  })

  test('answers at once, refuses a second rotation, and finishes later', async () => {
    expect((await rotate(V2, RotationLambdaARN)).VersionId).toBe(V2)
    expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'], [V2]: ['AWSPENDING'] })
    await rotate(V2)
    await expect(rotate(V3)).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    })
    sandbox.advance(10_000)
    expect(await stages()).toEqual({ [V1]: ['AWSPREVIOUS'], [V2]: ['AWSCURRENT'] })
    const described = await admin.send(new DescribeSecretCommand({ SecretId }))
    expect(described).toMatchObject({ RotationEnabled: true, RotationLambdaARN })
    expect(described.LastRotatedDate).toBeInstanceOf(Date)
  })
})

test('a rotation whose pending label was removed finishes without effect', async () => {
  const RotationLambdaARN = 'arn:aws:lambda:eu-central-1:111122223333:function:rotate'
  await admin.send(new RotateSecretCommand({ SecretId, ClientRequestToken: V2, RotationLambdaARN }))
  await move('AWSPENDING', V2)
  sandbox.advance(10_000)
  expect(await stages()).toEqual({ [V1]: ['AWSCURRENT'] })
  await admin.send(new RotateSecretCommand({ SecretId, ClientRequestToken: V3 }))
})

test('a token from another list is refused', async () => {
  const { NextToken } = await admin.send(new ListSecretsCommand({ MaxResults: 1 }))
  for (const token of [NextToken, 'nonsense']) {
    const command = new ListSecretVersionIdsCommand({ SecretId, NextToken: token })
    await expect(admin.send(command)).rejects.toMatchObject({ name: 'InvalidNextTokenException' })
  }
})
