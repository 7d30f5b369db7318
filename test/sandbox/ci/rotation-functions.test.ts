import {
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { botKey, startWorld, type TestWorld } from '../aws/test-world.ts'

const HOUR = 3_600_000
const SECOND = 1_000
const NEW = '0a1b2c3d-0000-4000-8000-000000000001'
const OTHER = '0a1b2c3d-0000-4000-8000-000000000002'
const secretOf = (agent: string) => `flashfusion/staging/${agent}/capability-token`
const SecretId = secretOf('orchestrator')

let sandbox: TestWorld
beforeEach(async () => {
  sandbox = await startWorld()
})
afterEach(() => sandbox.close())

const rotate = (ClientRequestToken: string, name = SecretId) =>
  sandbox.awsAs(botKey).send(new RotateSecretCommand({ SecretId: name, ClientRequestToken }))

async function look(name = SecretId) {
  const aws = sandbox.awsAs(botKey)
  const described = await aws.send(new DescribeSecretCommand({ SecretId: name }))
  const { Versions = [] } = await aws.send(
    new ListSecretVersionIdsCommand({ SecretId: name, IncludeDeprecated: true }),
  )
  const holder = (label: string) => Versions.find((version) => version.VersionStages?.includes(label))
  return {
    described,
    tags: Object.fromEntries((described.Tags ?? []).map((tag) => [tag.Key, tag.Value])),
    current: holder('AWSCURRENT'),
    previous: holder('AWSPREVIOUS'),
    pending: holder('AWSPENDING'),
    count: Versions.length,
  }
}

const revokedAt = async (versionId: string | undefined) => {
  const { body: all } = await sandbox.control('/secrets')
  return all.flatMap((each) => each.versions).find((version) => version.id === versionId)?.revokedAt
}

test('the version is pending first, then current and tagged, and the previous one is revoked', async () => {
  const before = await look()
  await rotate(NEW)
  expect(await look()).toMatchObject({ current: before.current, pending: { VersionId: NEW } })
  sandbox.advance(5 * SECOND)
  const after = await look()
  expect(after).toMatchObject({
    current: { VersionId: NEW },
    previous: { VersionId: before.current?.VersionId },
  })
  expect(after.pending).toBeUndefined()
  expect(after.tags).toMatchObject({ owner: 'platform', env: 'staging', scope: 'orchestrator', version: NEW })
  expect(Date.parse(after.tags.expiry ?? '')).toBeGreaterThan(Date.parse(before.tags.expiry ?? ''))
  expect(after.described.LastRotatedDate).toBeInstanceOf(Date)
  expect(await revokedAt(before.current?.VersionId)).toBeNull()
  sandbox.advance(24 * HOUR)
  expect(await revokedAt(before.current?.VersionId)).toBe(after.tags['previous-revoke-by'])
})

test('a repeated request with the same token creates nothing, before and after the end', async () => {
  const before = await look()
  await rotate(NEW)
  await rotate(NEW)
  sandbox.advance(5 * SECOND)
  await rotate(NEW)
  sandbox.advance(5 * SECOND)
  expect(await look()).toMatchObject({ count: before.count + 1, current: { VersionId: NEW } })
})

test('workflow-fails: one secret of an environment stays pending, refuses another rotation, and finishes later', async () => {
  sandbox.world.faults.set('workflow-fails', true)
  const [fine, failing] = [secretOf('orchestrator'), secretOf('evaluator')]
  await rotate(NEW, fine)
  await rotate(NEW, failing)
  sandbox.advance(HOUR)
  expect(await look(fine)).toMatchObject({ current: { VersionId: NEW }, pending: undefined })
  const stuck = await look(failing)
  expect(stuck.pending?.VersionId).toBe(NEW)
  expect(stuck.current?.VersionId).not.toBe(NEW)
  expect(stuck.tags.version).toBe(stuck.current?.VersionId)
  await expect(rotate(OTHER, failing)).rejects.toMatchObject({
    name: 'InvalidRequestException',
    message: expect.stringContaining("previous rotation isn't complete"),
  })
  sandbox.world.faults.set('workflow-fails', false)
  sandbox.advance(HOUR)
  expect(await look(failing)).toMatchObject({ current: { VersionId: NEW }, pending: undefined })
})

test('old-version-not-revoked and tag-missing each affect one secret of an environment', async () => {
  sandbox.world.faults.set('old-version-not-revoked', true)
  sandbox.world.faults.set('tag-missing', true)
  const names = ['orchestrator', 'evaluator', 'tool-runner'].map(secretOf)
  for (const name of names) await rotate(NEW, name)
  sandbox.advance(5 * SECOND)
  const after = await Promise.all(names.map((name) => look(name)))
  expect(after.map(({ tags }) => 'previous-revoke-by' in tags)).toEqual([false, true, true])
  expect(after.map(({ tags }) => 'expiry' in tags)).toEqual([true, true, false])
})
