import { DescribeSecretCommand, ListSecretVersionIdsCommand } from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { WORKFLOWS } from '#sandbox/demo-users'
import { ROOT_TOKEN } from '#sandbox/vault/tokens'
import { mustSucceed, vaultAs } from '#test/support/vault-client'
import { botKey, botToken, repo, STEP_MS, startWorld, type TestWorld } from '../aws/test-world.ts'

const DAY = 86_400_000
const nameOf = (agent: string) => `flashfusion/staging/${agent}/capability-token`
const NAMES = ['orchestrator', 'evaluator', 'tool-runner'].map(nameOf)
const NAME = nameOf('evaluator')
let sandbox: TestWorld

beforeEach(async () => {
  sandbox = await startWorld()
})
afterEach(() => sandbox.close())

async function run(workflow: { file: string }, inputs: Record<string, string>) {
  await sandbox
    .octokitAs(botToken)
    .actions.createWorkflowDispatch({ ...repo, workflow_id: workflow.file, ref: 'main', inputs })
  sandbox.advance(6 * STEP_MS)
  const [newest] = (await sandbox.control('/runs')).body
  if (!newest) throw new Error('There is no run')
  return { ...newest, log: newest.jobs.join('\n') }
}

const rotate = (names: readonly string[], hours = 'never') =>
  run(WORKFLOWS.rotate, {
    rotation: 'R1',
    secrets: JSON.stringify(names),
    revoke_within_hours: hours,
  })
const revoke = (mode: string, versions: readonly string[], names: readonly string[] = [NAME]) =>
  run(WORKFLOWS.revoke, {
    rotation: 'R1',
    secrets: JSON.stringify(names),
    versions: JSON.stringify(versions),
    mode,
  })
const smoke = () => run(WORKFLOWS.smoke, { environment: 'staging' })
const deploy = () => run(WORKFLOWS.deploy, { environment: 'staging' })

interface Look {
  current: string
  previous: string
  tags: Record<string, string>
  count: number
  madeAt(versionId: string): number
}

async function look(SecretId = NAME): Promise<Look> {
  const aws = sandbox.awsAs(botKey)
  const { Tags = [], VersionIdsToStages = {} } = await aws.send(new DescribeSecretCommand({ SecretId }))
  const { Versions = [] } = await aws.send(
    new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }),
  )
  const labelled = (label: string) =>
    Object.entries(VersionIdsToStages).find(([, labels]) => labels.includes(label))?.[0] ?? ''
  return {
    current: labelled('AWSCURRENT'),
    previous: labelled('AWSPREVIOUS'),
    tags: Object.fromEntries(Tags.map((tag) => [tag.Key, tag.Value ?? ''])),
    count: Versions.length,
    madeAt: (id: string) =>
      Versions.find((version) => version.VersionId === id)?.CreatedDate?.getTime() ?? Number.NaN,
  }
}

const issuerOf = async (versionId: string) =>
  (await sandbox.control('/secrets')).body
    .flatMap(({ versions }) => versions)
    .find(({ id }) => id === versionId)?.issuer

test('disable, restore and destroy: only the issuer’s state decides who is accepted', async () => {
  const old = (await look()).current
  await rotate([NAME])
  expect((await smoke()).log).toContain(`ok - evaluator authenticated with version ${old}`)

  expect(await revoke('disable', [old])).toMatchObject({
    title: 'agents:revoke-tokens R1',
    conclusion: 'success',
  })
  const disabled = await issuerOf(old)
  expect(disabled).toMatchObject({ state: 'disabled', since: expect.any(String) })
  expect(await look()).toMatchObject({
    previous: old,
    tags: { revocation: `${old}:disabled:${disabled?.since}` },
  })
  expect((await smoke()).log).toContain(
    `not ok - evaluator was refused: version ${old} was disabled at ${disabled?.since}`,
  )

  await revoke('restore', [old])
  const restored = await issuerOf(old)
  expect((await look()).tags.revocation).toBe(`${old}:live:${restored?.since}`)
  expect((await smoke()).conclusion).toBe('success')

  await revoke('destroy', [old])
  const destroyed = await issuerOf(old)
  expect(await look()).toMatchObject({
    previous: '',
    tags: { revocation: `${old}:destroyed:${destroyed?.since}` },
  })
  expect((await smoke()).log).toContain(`version ${old} was revoked at ${destroyed?.since}`)
  await deploy()
  expect((await smoke()).conclusion).toBe('success')
})

test('an agent that was never deployed runs what was current when the workspace was made', async () => {
  const old = (await look()).current
  await rotate([NAME])
  await rotate([NAME])
  expect((await look()).previous).not.toBe(old)
  expect((await smoke()).log).toContain(`ok - evaluator authenticated with version ${old}`)
  await deploy()
  const { current } = await look()
  await rotate([NAME])
  expect((await smoke()).log).toContain(`ok - evaluator authenticated with version ${current}`)
})

test('a repeated step changes nothing', async () => {
  const old = (await look()).current
  await rotate([NAME])
  for (const mode of ['restore', 'disable', 'destroy']) {
    await revoke(mode, [old])
    const before = [(await look()).tags, await issuerOf(old)]
    sandbox.advance(DAY)
    expect((await revoke(mode, [old])).conclusion).toBe('success')
    expect([(await look()).tags, await issuerOf(old)]).toEqual(before)
  }
})

test.each(['disable', 'destroy'])('%s: a crash before the run is saved repeats nothing', async (mode) => {
  const old = (await look()).current
  await rotate([NAME])
  const inputs = { rotation: 'R1', secrets: JSON.stringify([NAME]), versions: JSON.stringify([old]), mode }
  await sandbox.octokitAs(botToken).actions.createWorkflowDispatch({
    ...repo,
    workflow_id: WORKFLOWS.revoke.file,
    ref: 'main',
    inputs,
  })
  const runs = sandbox.world.store.collection<{ id: number }>('ci.runs')
  const queued = runs.all().at(-1)
  if (!queued) throw new Error('There is no run')
  sandbox.advance(6 * STEP_MS)
  const before = [await look(), await issuerOf(old)].map((each) => JSON.stringify(each))
  expect(before[1]).toContain(mode === 'disable' ? 'disabled' : 'destroyed')
  runs.put(String(queued.id), queued)
  sandbox.advance(6 * STEP_MS)
  expect((await sandbox.control('/runs')).body[0]?.conclusion).toBe('success')
  expect([await look(), await issuerOf(old)].map((each) => JSON.stringify(each))).toEqual(before)
})

test.each(['restore', 'disable'])('%s is refused for a version that was destroyed', async (mode) => {
  const old = (await look()).current
  await rotate([NAME])
  await revoke('destroy', [old])
  const before = (await look()).tags
  const refused = await revoke(mode, [old])
  expect(refused.conclusion).toBe('failure')
  expect(refused.log).toMatch(/Error: version \S+ of \S+ was destroyed at \S+; this cannot be undone/)
  expect((await look()).tags).toEqual(before)
})

test('the tag keeps the entries of other versions, and drops the oldest beyond 256 characters', async () => {
  const versions = [(await look()).current]
  for (let round = 0; round < 4; round++) {
    await rotate([NAME])
    versions.push((await look()).current)
  }
  const entries = async () => (await look()).tags.revocation?.match(/[^ :]+:[a-z]+(?=:)/g)
  const entryOf = (index: number, state = 'disabled') => `${versions[index]}:${state}`
  for (const version of versions.slice(0, 3)) await revoke('disable', [version])
  expect(await entries()).toEqual([entryOf(0), entryOf(1), entryOf(2)])
  await revoke('restore', [versions[0] ?? ''])
  expect(await entries()).toEqual([entryOf(1), entryOf(2), entryOf(0, 'live')])
  await revoke('disable', [versions[3] ?? ''])
  expect(await entries()).toEqual([entryOf(2), entryOf(0, 'live'), entryOf(3)])
  expect((await look()).tags.revocation?.length).toBeLessThanOrEqual(256)
})

describe('make-current', () => {
  test('brings the earlier version back, with the tags that describe it', async () => {
    const before = await look()
    const old = before.current
    await rotate([NAME], '24')
    const replaced = (await look()).current
    expect((await revoke('make-current', [old])).conclusion).toBe('success')
    const after = await look()
    expect(after).toMatchObject({ current: old, previous: replaced, count: before.count + 1 })
    expect(after.tags).toMatchObject({ env: 'staging', scope: 'evaluator', version: old })
    // AWS answers whole seconds.
    expect(Math.abs(Date.parse(after.tags.expiry ?? '') - after.madeAt(old) - 30 * DAY)).toBeLessThan(1_000)
    expect(after.tags).not.toHaveProperty('previous-revoke-by')
    // The rotation had promised to revoke it.
    sandbox.advance(2 * DAY)
    expect(await issuerOf(old)).toEqual({ state: 'live', since: null })
    const tags = (await look()).tags
    await revoke('make-current', [old])
    expect((await look()).tags).toEqual(tags)
  })

  test('is refused for a version that the issuer would not accept', async () => {
    const old = (await look()).current
    await rotate([NAME])
    await revoke('disable', [old])
    const refused = await revoke('make-current', [old])
    expect(refused).toMatchObject({ conclusion: 'failure' })
    expect(refused.log).toContain('is disabled since')
    expect((await look()).current).not.toBe(old)
  })
})

describe('in Vault', () => {
  async function metadata() {
    const { data } = await mustSucceed(vaultAs(`${sandbox.url}/vault`, ROOT_TOKEN))(
      'GET',
      `secret/metadata/${NAME}`,
    )
    return data as {
      current_version: number
      custom_metadata: Record<string, string>
      versions: Record<string, { destroyed: boolean; deletion_time: string; created_time: string }>
    }
  }

  test('the tag names versions by their number; a disabled version stays readable', async () => {
    await rotate([NAME])
    await revoke('disable', ['2'])
    const shown = await metadata()
    expect(shown.custom_metadata.revocation).toMatch(/^2:disabled:\d{4}-.*Z$/)
    expect(shown.versions['2']).toMatchObject({ destroyed: false, deletion_time: '' })
    await revoke('destroy', ['2'])
    expect((await metadata()).versions['2']).toMatchObject({ destroyed: true })
  })

  test('a version destroyed in Vault alone is still accepted by the issuer', async () => {
    await rotate([NAME])
    await mustSucceed(vaultAs(`${sandbox.url}/vault`, ROOT_TOKEN))('PUT', `secret/destroy/${NAME}`, {
      versions: [2],
    })
    expect((await metadata()).versions['2']).toMatchObject({ destroyed: true })
    expect((await smoke()).conclusion).toBe('success')
  })

  test('make-current writes a new version with the same token, as old as the first', async () => {
    const { madeAt, current: old } = await look()
    await rotate([NAME])
    await revoke('make-current', ['2'])
    const shown = await metadata()
    expect(shown).toMatchObject({ current_version: 4, custom_metadata: { version: '4' } })
    expect(Math.abs(Date.parse(shown.custom_metadata.expiry ?? '') - madeAt(old) - 30 * DAY)).toBeLessThan(
      1_000,
    )
    await revoke('make-current', ['2'])
    expect((await metadata()).current_version).toBe(4)
    // One token in two versions: the issuer knows no difference.
    await deploy()
    await revoke('disable', ['2'])
    expect((await smoke()).log).toContain('not ok - evaluator was refused')
  })
})

test.each([
  ['lists of different lengths', { versions: '["a", "b"]' }, 'there are 1 secrets and 2 versions'],
  ['no list', { versions: 'a' }, 'must be JSON lists'],
  ['empty lists', { secrets: '[]', versions: '[]' }, 'must be JSON lists'],
  ['a version that is not there', { versions: '["none"]' }, `there is no version none of ${NAME}`],
  ['a secret that is not there', { secrets: '["none"]' }, 'there is no version x of none'],
])('%s fails the run', async (_what, inputs, log) => {
  const given = { rotation: 'R1', secrets: JSON.stringify([NAME]), versions: '["x"]', mode: 'disable' }
  const failed = await run(WORKFLOWS.revoke, { ...given, ...inputs })
  expect(failed.conclusion).toBe('failure')
  expect(failed.log).toContain(log)
})

test('a mode that does not exist is refused by GitHub', async () => {
  await expect(revoke('delete', ['x'])).rejects.toMatchObject({ status: 422 })
})

describe('faults', () => {
  const oldVersions = () => Promise.all(NAMES.map(async (name) => (await look(name)).current))
  const states = (versions: readonly string[]) =>
    Promise.all(versions.map(async (id) => (await issuerOf(id))?.state))

  test('revocation-stops: the run fails halfway, and a repetition does the rest', async () => {
    const old = await oldVersions()
    await rotate(NAMES)
    sandbox.world.faults.set('revocation-stops', true)
    const failed = await revoke('disable', old, NAMES)
    expect(failed.conclusion).toBe('failure')
    expect(failed.log).toContain('Stopped: 1 of 3 versions done')
    expect(await states(old)).toEqual(['disabled', 'live', 'live'])
    sandbox.world.faults.set('revocation-stops', false)
    expect((await revoke('disable', old, NAMES)).conclusion).toBe('success')
    expect(await states(old)).toEqual(['disabled', 'disabled', 'disabled'])
  })

  test('revocation-not-tagged: the run succeeds, the issuer has acted, the tag is missing', async () => {
    const old = (await look()).current
    await rotate([NAME])
    sandbox.world.faults.set('revocation-not-tagged', true)
    expect((await revoke('disable', [old])).conclusion).toBe('success')
    expect((await issuerOf(old))?.state).toBe('disabled')
    expect((await look()).tags).not.toHaveProperty('revocation')
  })
})
