import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  DescribeSecretCommand,
  ListSecretVersionIdsCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WORKFLOWS } from '#sandbox/demo-users'
import { adminKey, botKey, botToken, repo, STEP_MS, startWorld, type TestWorld } from '../aws/test-world.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const secretIn = (environment: string, agent: string) =>
  `flashfusion/${environment}/${agent}/capability-token`
const STAGING = ['orchestrator', 'evaluator', 'tool-runner'].map((agent) => secretIn('staging', agent))
/** One step until a runner is free, then one for each token. */
const STAGING_TAKES = (1 + STAGING.length) * STEP_MS

let folder: string
let sandbox: TestWorld

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  sandbox = await startWorld({ file: join(folder, 'state.db') })
})
afterEach(async () => {
  await sandbox.close()
  rmSync(folder, { recursive: true })
})

async function restart() {
  await sandbox.close()
  sandbox = await startWorld({ file: join(folder, 'state.db') })
}

const dispatch = (inputs: Record<string, string>, workflow_id: string = WORKFLOWS.rotate.file) =>
  sandbox.octokitAs(botToken).actions.createWorkflowDispatch({ ...repo, workflow_id, ref: 'main', inputs })
const rotateStaging = (extra: Record<string, string> = {}) =>
  dispatch({ rotation: 'R42', secrets: JSON.stringify(STAGING), ...extra })

async function newestRun() {
  const octokit = sandbox.octokitAs(botToken)
  const { data } = await octokit.actions.listWorkflowRunsForRepo({ ...repo, per_page: 1 })
  const run = data.workflow_runs[0]!
  const jobs = await octokit.actions.listJobsForWorkflowRun({ ...repo, run_id: run.id })
  const { body: shown } = await sandbox.control('/runs')
  return {
    ...run,
    steps: jobs.data.jobs[0]?.steps ?? [],
    log: shown.find((one) => one.id === run.id)?.jobs.join('\n') ?? '',
  }
}

async function secret(SecretId: string) {
  const aws = sandbox.awsAs(botKey)
  const described = await aws.send(new DescribeSecretCommand({ SecretId }))
  const listed = await aws.send(new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true }))
  const holder = (label: string) => listed.Versions?.find((version) => version.VersionStages?.includes(label))
  return {
    tags: Object.fromEntries((described.Tags ?? []).map((tag) => [tag.Key, tag.Value])),
    current: holder('AWSCURRENT')!,
    previous: holder('AWSPREVIOUS'),
    pending: holder('AWSPENDING'),
    versions: listed.Versions ?? [],
  }
}

const revokedAt = async (name: string, versionId: string) => {
  const { body: all } = await sandbox.control('/secrets')
  return all.find((one) => one.name === name)?.versions.find((version) => version.id === versionId)?.revokedAt
}

test('tokens are rotated one after the other; the run shows its progress', async () => {
  const began = sandbox.world.clock.now().getTime()
  await rotateStaging()
  expect((await newestRun()).status).toBe('queued')
  sandbox.advance(STEP_MS)
  expect((await newestRun()).status).toBe('in_progress')
  sandbox.advance(STEP_MS * 0.5)
  expect((await secret(STAGING[0]!)).pending).toBeDefined()
  sandbox.advance(STEP_MS * 0.5)
  const [first, second] = [await secret(STAGING[0]!), await secret(STAGING[1]!)]
  expect(first.current.CreatedDate!.getTime()).toBeGreaterThan(began)
  expect(first.pending).toBeUndefined()
  expect(second.current.CreatedDate!.getTime()).toBeLessThan(began)
  sandbox.advance(STEP_MS * 2)
  expect(await newestRun()).toMatchObject({ status: 'completed', conclusion: 'success' })
  const other = await secret(secretIn('production', 'evaluator'))
  expect(other.current.CreatedDate!.getTime()).toBeLessThan(began)
})

test('the tags describe the new version; the owner stays', async () => {
  const before = await secret(STAGING[1]!)
  await rotateStaging()
  sandbox.advance(STAGING_TAKES)
  const { tags, current, previous, versions } = await secret(STAGING[1]!)
  const made = current.CreatedDate!.getTime()
  expect(tags).toMatchObject({
    env: 'staging',
    scope: 'evaluator',
    owner: 'evaluation',
    version: current.VersionId,
  })
  expect(Date.parse(tags.expiry!) - made).toBeGreaterThanOrEqual(30 * DAY)
  expect(Date.parse(tags.expiry!) - made).toBeLessThan(30 * DAY + HOUR)
  expect(Date.parse(tags['previous-revoke-by']!) - made).toBeLessThan(24 * HOUR + HOUR)
  expect(previous?.VersionId).toBe(before.current.VersionId)
  expect(versions).toHaveLength(before.versions.length + 1)
})

test('the issuer revokes the old version at the scheduled time, not before', async () => {
  await rotateStaging({ revoke_within_hours: '2' })
  sandbox.advance(STAGING_TAKES)
  const { previous, tags } = await secret(STAGING[0]!)
  sandbox.advance(Date.parse(tags['previous-revoke-by']!) - sandbox.world.clock.now().getTime() - 30_000)
  expect(await revokedAt(STAGING[0]!, previous!.VersionId!)).toBeNull()
  sandbox.advance(60_000)
  expect(await revokedAt(STAGING[0]!, previous!.VersionId!)).toBe(tags['previous-revoke-by'])
  const after = await secret(STAGING[0]!)
  expect(after.previous).toBeUndefined()
  expect(after.versions.map((version) => version.VersionId)).toContain(previous!.VersionId)
})

test('a version made current again by a rollback is still revoked, and stays current', async () => {
  await rotateStaging()
  sandbox.advance(STAGING_TAKES)
  const { current, previous } = await secret(STAGING[0]!)
  await sandbox.awsAs(adminKey).send(
    new UpdateSecretVersionStageCommand({
      SecretId: STAGING[0]!,
      VersionStage: 'AWSCURRENT',
      RemoveFromVersionId: current.VersionId,
      MoveToVersionId: previous!.VersionId,
    }),
  )
  sandbox.advance(2 * DAY)
  expect(await revokedAt(STAGING[0]!, previous!.VersionId!)).toEqual(expect.any(String))
  expect((await secret(STAGING[0]!)).current.VersionId).toBe(previous!.VersionId)
})

test('a second run creates new versions, and the older one is still revoked in time', async () => {
  await rotateStaging()
  sandbox.advance(STAGING_TAKES)
  const first = await secret(STAGING[0]!)
  await rotateStaging({ rotation: 'R43' })
  sandbox.advance(STAGING_TAKES)
  const second = await secret(STAGING[0]!)
  expect(second.previous?.VersionId).toBe(first.current.VersionId)
  expect(second.versions).toHaveLength(first.versions.length + 1)
  sandbox.advance(DAY)
  expect(await revokedAt(STAGING[0]!, first.previous!.VersionId!)).toEqual(expect.any(String))
  expect(await revokedAt(STAGING[0]!, first.current.VersionId!)).toEqual(expect.any(String))
})

test('an interrupted run continues after a restart without duplicates', async () => {
  const before = await secret(STAGING[0]!)
  await rotateStaging()
  sandbox.advance(STEP_MS * 2.5)
  await restart()
  expect((await newestRun()).status).toBe('in_progress')
  sandbox.advance(STEP_MS * 4)
  expect(await newestRun()).toMatchObject({ status: 'completed', conclusion: 'success' })
  for (const name of STAGING) expect((await secret(name)).versions).toHaveLength(before.versions.length + 1)
})

test('a crash between saving the secret and the run creates no duplicates', async () => {
  await rotateStaging()
  sandbox.advance(STEP_MS)
  const runs = sandbox.world.store.collection<{ id: number }>('ci.runs')
  const id = String((await newestRun()).id)
  const saved = runs.get(id)!
  sandbox.advance(STAGING_TAKES)
  const once = await Promise.all(STAGING.map(secret))
  // Simulates a crash before the run is saved.
  runs.put(id, saved)
  sandbox.advance(STAGING_TAKES)
  expect((await newestRun()).conclusion).toBe('success')
  const twice = await Promise.all(STAGING.map(secret))
  expect(twice.map((one) => one.versions)).toEqual(once.map((one) => one.versions))
  expect(twice.map((one) => one.tags)).toEqual(once.map((one) => one.tags))
  sandbox.advance(2 * DAY)
  for (const [index, name] of STAGING.entries()) {
    expect(await revokedAt(name, once[index]!.current.VersionId!)).toBeNull()
    expect(await revokedAt(name, once[index]!.previous!.VersionId!)).toEqual(expect.any(String))
  }
})

test('workflow-fails: the run stops halfway with a reason; the remaining tokens keep their version', async () => {
  sandbox.world.faults.set('workflow-fails', true)
  const before = await Promise.all(STAGING.map(secret))
  await rotateStaging()
  sandbox.advance(STAGING_TAKES)
  const run = await newestRun()
  expect(run).toMatchObject({ status: 'completed', conclusion: 'failure' })
  expect(run.steps.at(-1)).toMatchObject({ conclusion: 'failure' })
  expect(run.log).toContain('did not confirm')
  expect(run.log).toContain('1 of 3 tokens rotated')
  const after = await Promise.all(STAGING.map(secret))
  const changed = after.map((one, index) => one.current.VersionId !== before[index]?.current.VersionId)
  expect(changed).toEqual([true, false, false])
  expect(after[1]?.pending).toBeDefined()

  sandbox.world.faults.set('workflow-fails', false)
  await rotateStaging()
  sandbox.advance(STAGING_TAKES)
  const repaired = await Promise.all(STAGING.map(secret))
  expect(repaired.every((one) => one.tags.version === one.current.VersionId && !one.pending)).toBe(true)
})

test('old-version-not-revoked: one secret has no revocation date, and its old version stays valid', async () => {
  sandbox.world.faults.set('old-version-not-revoked', true)
  await rotateStaging()
  sandbox.advance(STAGING_TAKES)
  const after = await Promise.all(STAGING.map(secret))
  expect(after.map((one) => 'previous-revoke-by' in one.tags)).toEqual([false, true, true])
  sandbox.advance(60 * DAY)
  expect(await revokedAt(STAGING[0]!, after[0]!.previous!.VersionId!)).toBeNull()
  expect(await revokedAt(STAGING[1]!, after[1]!.previous!.VersionId!)).toEqual(expect.any(String))
})

test('never: the old version stays accepted, and no date is promised', async () => {
  await rotateStaging()
  sandbox.advance(STAGING_TAKES)
  expect((await secret(STAGING[0]!)).tags).toHaveProperty('previous-revoke-by')
  await rotateStaging({ revoke_within_hours: 'never' })
  sandbox.advance(STAGING_TAKES)
  const { tags, previous } = await secret(STAGING[0]!)
  expect(tags).not.toHaveProperty('previous-revoke-by')
  sandbox.advance(60 * DAY)
  expect(await revokedAt(STAGING[0]!, previous!.VersionId!)).toBeNull()
})

test('tag-missing: one secret has no expiry tag', async () => {
  sandbox.world.faults.set('tag-missing', true)
  await rotateStaging()
  sandbox.advance(STAGING_TAKES)
  const after = await Promise.all(STAGING.map(secret))
  expect(after.map((one) => 'expiry' in one.tags)).toEqual([true, true, false])
  expect((await newestRun()).conclusion).toBe('success')
})

test.each([
  ['a secret that is not there', { secrets: '["no/such/secret"]' }, 'there is no secret no/such/secret'],
  ['no name at all', { secrets: '[]' }, 'lists no secret'],
  ['no list', { secrets: STAGING.join(',') }, 'is not a JSON list of names'],
  [
    'hours that are none',
    { secrets: JSON.stringify([STAGING[0]]), revoke_within_hours: 'soon' },
    'must be a number of at least 0',
  ],
])('%s fails the run', async (_what, inputs, log) => {
  await dispatch({ rotation: 'R42', ...inputs })
  sandbox.advance(STAGING_TAKES)
  const run = await newestRun()
  expect(run.conclusion).toBe('failure')
  expect(run.log).toContain(log)
})

test('a cancelled run makes no more changes', async () => {
  await rotateStaging()
  sandbox.advance(STEP_MS * 2)
  const before = await secret(STAGING[2]!)
  const octokit = sandbox.octokitAs(botToken)
  await octokit.actions.cancelWorkflowRun({ ...repo, run_id: (await newestRun()).id })
  sandbox.advance(STAGING_TAKES)
  expect((await secret(STAGING[2]!)).current.VersionId).toBe(before.current.VersionId)
  expect((await newestRun()).conclusion).toBe('cancelled')
})

test('runs progress as time passes, without moving the clock', async () => {
  await rotateStaging()
  const { world } = sandbox
  const done = new Promise<void>((resolve) => {
    world.onChange((topic) => topic === 'ci' && resolve())
  })
  // Without a notification, so that only the CI's poll can notice.
  world.clock.advance(STAGING_TAKES)
  await done
  expect((await newestRun()).conclusion).toBe('success')
})

test('revocation-forgotten: the old version stays valid after the promised date, until someone revokes it', async () => {
  sandbox.world.faults.set('revocation-forgotten', true)
  const [name = ''] = STAGING
  const before = (await secret(name)).current.VersionId ?? ''
  await rotateStaging()
  sandbox.advance(STAGING_TAKES)
  expect((await secret(name)).tags).toHaveProperty('previous-revoke-by')
  sandbox.advance(25 * 3_600_000)
  const old = async () =>
    (await sandbox.control('/secrets')).body
      .find((each) => each.name === name)
      ?.versions.find((version) => version.id === before)
  expect(await old()).toMatchObject({ labels: ['AWSPREVIOUS'], revokedAt: null })

  const revoke = (versionId: string) => sandbox.control('/secrets/revoke', { name, versionId })
  expect(await revoke('none')).toMatchObject({ status: 400 })
  expect((await revoke(before)).status).toBe(200)
  expect(await old()).toMatchObject({ labels: [], revokedAt: expect.any(String) })
})
