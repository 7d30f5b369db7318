import {
  BatchGetSecretValueCommand,
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  RotateSecretCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminKey, botKey, startWorld, type TestWorld } from './test-world.ts'

const SecretId = 'flashfusion/staging/evaluator/capability-token'
let sandbox: TestWorld

beforeAll(async () => {
  sandbox = await startWorld()
})
afterAll(() => sandbox.close())

test.each([
  ['CreateSecret', new CreateSecretCommand({ Name: 'x', SecretString: 'y' })],
  ['PutSecretValue', new PutSecretValueCommand({ SecretId, SecretString: 'y' })],
  ['UpdateSecretVersionStage', new UpdateSecretVersionStageCommand({ SecretId, VersionStage: 'X' })],
  ['TagResource', new TagResourceCommand({ SecretId, Tags: [] })],
  ['UntagResource', new UntagResourceCommand({ SecretId, TagKeys: ['env'] })],
  ['DeleteSecret', new DeleteSecretCommand({ SecretId })],
  ['RestoreSecret', new RestoreSecretCommand({ SecretId })],
  ['GetRandomPassword', new GetRandomPasswordCommand({})],
] as const)('the bot may not call %s', async (operation, command) => {
  // A union of command types has no common overload of `send`.
  const client = sandbox.awsAs(botKey) as { send(command: object): Promise<unknown> }
  await expect(client.send(command)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringMatching(
      new RegExp(
        `^User: arn:aws:sts::\\d{12}:assumed-role/rotation-bot/rotation-bot is not authorized to perform: secretsmanager:${operation} on resource: \\S+ because no identity-based policy allows the secretsmanager:${operation} action$`,
      ),
    ),
    $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
  })
})

test.each([
  ['GetSecretValue', new GetSecretValueCommand({ SecretId })],
  ['BatchGetSecretValue', new BatchGetSecretValueCommand({ SecretIdList: [SecretId] })],
] as const)('the bot is denied %s, whatever else it may be given', async (operation, command) => {
  const client = sandbox.awsAs(botKey) as { send(command: object): Promise<unknown> }
  await expect(client.send(command)).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringMatching(
      new RegExp(
        `secretsmanager:${operation} on resource: \\S+ with an explicit deny in an identity-based policy$`,
      ),
    ),
  })
})

test('outside the prefix the bot may only list names', async () => {
  const elsewhere = 'payroll/database'
  const admin = sandbox.awsAs(adminKey)
  const { ARN } = await admin.send(new CreateSecretCommand({ Name: elsewhere, SecretString: 'y' }))
  for (const id of [elsewhere, ARN, 'never/made'])
    for (const command of [
      new DescribeSecretCommand({ SecretId: id }),
      new ListSecretVersionIdsCommand({ SecretId: id }),
      new RotateSecretCommand({ SecretId: id }),
    ]) {
      const client = sandbox.awsAs(botKey) as { send(command: object): Promise<unknown> }
      await expect(client.send(command)).rejects.toMatchObject({ name: 'AccessDeniedException' })
    }
  await admin.send(new DeleteSecretCommand({ SecretId: elsewhere, ForceDeleteWithoutRecovery: true }))
})

test('the bot may list, describe, read versions and start a rotation', async () => {
  const client = sandbox.awsAs(botKey)
  expect((await client.send(new ListSecretsCommand({}))).SecretList).toHaveLength(9)
  expect((await client.send(new DescribeSecretCommand({ SecretId }))).Name).toBe(SecretId)
  expect((await client.send(new ListSecretVersionIdsCommand({ SecretId }))).Versions).toHaveLength(1)
  const ClientRequestToken = '0a1b2c3d-0000-4000-8000-000000000001'
  const { VersionId } = await client.send(new RotateSecretCommand({ SecretId, ClientRequestToken }))
  expect(VersionId).toBe(ClientRequestToken)
})

test('the admin reads values', async () => {
  const value = await sandbox.awsAs(adminKey).send(new GetSecretValueCommand({ SecretId }))
  expect(value).toMatchObject({ Name: SecretId, VersionStages: ['AWSCURRENT'] })
  expect(value.SecretString).toBe(`sandbox-token-${value.VersionId}`)
})

test('an unknown access key is refused', async () => {
  for (const key of ['AKIASOMEBODYELSE', 'constructor']) {
    await expect(sandbox.awsAs(key).send(new ListSecretsCommand({}))).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    })
  }
})

const post = (target: string, body: string, authorization?: string) =>
  fetch(`${sandbox.url}/aws/`, {
    method: 'POST',
    body,
    headers: { 'x-amz-target': target, ...(authorization && { authorization }) },
  })
const signed = `AWS4-HMAC-SHA256 Credential=${adminKey}/20260101/eu-central-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0`

test.each([
  ['no signature', 'secretsmanager.ListSecrets', '{}', undefined, 'MissingAuthenticationTokenException'],
  ['no such operation', 'secretsmanager.Nonsense', '{}', signed, 'UnknownOperationException'],
  ['another service', 'DynamoDB.ListTables', '{}', signed, 'UnknownOperationException'],
  ['no JSON', 'secretsmanager.ListSecrets', 'MaxResults=1', signed, 'SerializationException'],
  ['no object', 'secretsmanager.ListSecrets', '[]', signed, 'SerializationException'],
  [
    'no token',
    'secretsmanager.CreateSecret',
    '{"Name":"a","SecretString":"b"}',
    signed,
    'InvalidParameterException',
  ],
])('%s: %s', async (_what, target, body, authorization, code) => {
  const response = await post(target, body, authorization)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ __type: code, Message: expect.any(String) })
  expect(response.headers.get('content-type')).toBe('application/x-amz-json-1.1')
})

test.each([
  [
    '{}',
    "1 validation error detected: Value null at 'secretId' failed to satisfy constraint: Member must not be null",
  ],
  [
    '{"SecretId":"x","MaxResults":0}',
    "1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1",
  ],
  [
    '{"SecretId":"x","MaxResults":101}',
    "1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100",
  ],
])('ListSecretVersionIds with %s is refused', async (body, Message) => {
  const response = await post('secretsmanager.ListSecretVersionIds', body, signed)
  expect(await response.json()).toEqual({ __type: 'ValidationException', Message })
})

test('times are seconds since the epoch', async () => {
  const response = await post('secretsmanager.DescribeSecret', JSON.stringify({ SecretId }), signed)
  const { CreatedDate } = (await response.json()) as { CreatedDate: unknown }
  expect(CreatedDate).toBeTypeOf('number')
  expect(CreatedDate).toBeLessThan(1e10)
})
