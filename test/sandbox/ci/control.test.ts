import { afterEach, beforeEach, expect, test } from 'vitest'
import { REPOSITORY, WORKFLOWS } from '#sandbox/demo-users'
import { FAULTS } from '#sandbox/faults'
import { botToken, repo, startWorld, type TestWorld } from '../aws/test-world.ts'

const DAY = 86_400_000
let sandbox: TestWorld

beforeEach(async () => {
  sandbox = await startWorld()
})
afterEach(() => sandbox.close())

test('the clock moves forward by 1 ms to 400 days', async () => {
  const before = (await sandbox.control('/clock')).body
  expect(before.offsetMs).toBe(0)
  const after = (await sandbox.control('/clock', { advanceMs: DAY })).body
  expect(after.offsetMs).toBe(DAY)
  expect(Date.parse(after.now) - Date.parse(before.now)).toBeGreaterThanOrEqual(DAY)
  expect((await sandbox.control('/clock', { advanceMs: 400 * DAY })).status).toBe(200)
  for (const advanceMs of [0, -1, 1.5, 400 * DAY + 1, '1', null]) {
    const refused = await sandbox.control('/clock', { advanceMs })
    expect(refused).toMatchObject({ status: 400, body: { error: expect.stringContaining('400 days') } })
  }
  expect((await sandbox.control('/clock')).body.offsetMs).toBe(401 * DAY)
})

test('faults are switched by id', async () => {
  const { body } = await sandbox.control('/faults', { id: 'tag-missing', on: true })
  expect(body).toHaveLength(Object.keys(FAULTS).length)
  expect(body.filter((fault) => fault.on)).toEqual([
    {
      id: 'tag-missing',
      group: 'Rotation workflow',
      isFeatured: false,
      sentence: FAULTS['tag-missing'],
      on: true,
    },
  ])
  expect(new Set(body.map(({ id }) => id))).toEqual(new Set(Object.keys(FAULTS)))
  expect(body.filter(({ isFeatured }) => isFeatured)).toHaveLength(5)
  for (const wrong of [{ id: 'none', on: true }, { id: 'tag-missing' }, { id: 'tag-missing', on: 'yes' }]) {
    expect((await sandbox.control('/faults', wrong)).status).toBe(400)
  }
})

test('reset starts over', async () => {
  await sandbox.control('/faults', { id: 'tag-missing', on: true })
  await sandbox.control('/clock', { advanceMs: DAY })
  const octokit = sandbox.octokitAs(botToken)
  await octokit.issues.create({ ...repo, title: 'Gone soon' })
  expect((await sandbox.control('/reset', {})).status).toBe(200)
  expect((await sandbox.control('/clock')).body.offsetMs).toBe(0)
  expect((await sandbox.control('/faults')).body.some((fault) => fault.on)).toBe(false)
  expect((await octokit.issues.listForRepo(repo)).data.map((issue) => issue.number)).toEqual([1])
  expect((await sandbox.control('/secrets')).body).toHaveLength(9)
})

test('secrets show versions, labels, tags and revocations, but no values', async () => {
  const { body } = await sandbox.control('/secrets')
  expect(body[0]).toMatchObject({
    name: 'flashfusion/production/orchestrator/capability-token',
    tags: { owner: 'platform', env: 'production', scope: 'orchestrator' },
    versions: [
      { labels: [], revokedAt: expect.any(String) },
      { labels: ['AWSCURRENT'], revokedAt: null },
    ],
  })
  expect(JSON.stringify(body)).not.toContain('sandbox-token')
})

test('runs and the repository, newest first', async () => {
  const octokit = sandbox.octokitAs(botToken)
  const inputs = { environment: 'staging' }
  await octokit.actions.createWorkflowDispatch({
    ...repo,
    workflow_id: WORKFLOWS.deploy.file,
    ref: 'main',
    inputs,
  })
  const runs = (await sandbox.control('/runs')).body
  expect(runs).toMatchObject([
    { name: 'agents:orchestrate', status: 'queued', inputs, htmlUrl: `${sandbox.url}/#ci/${runs[0]?.id}` },
    { name: 'agents:rotate-tokens', title: 'agents:rotate-tokens R0', conclusion: 'success' },
  ])
  const repository = (await sandbox.control('/repository')).body
  expect(repository).toMatchObject({ owner: 'flashfusion', name: 'agents', branch: 'main' })
  expect(repository.files.map((file) => file.path)).toContain(REPOSITORY.registry)
  expect(repository.commits[0]).toMatchObject({ message: 'Begin the rotation log', path: REPOSITORY.log })
  expect(repository.log).toEqual({
    header: expect.arrayContaining(['date (UTC)', 'head']),
    newest: null,
    rows: 0,
  })
})

test('the newest log entry is unescaped, whatever is written below it', async () => {
  const octokit = sandbox.octokitAs(botToken)
  const { data } = await octokit.repos.getContent({ ...repo, path: REPOSITORY.log })
  if (Array.isArray(data) || data.type !== 'file') throw new Error('no file')
  const rows = '| old | x |\n| 2026-01-01 | R42 \\| 🙂 | validated |\n\nSigned | by hand\n'
  const content = Buffer.from(Buffer.from(data.content, 'base64').toString() + rows).toString('base64')
  await octokit.repos.createOrUpdateFileContents({
    ...repo,
    path: REPOSITORY.log,
    message: 'm',
    sha: data.sha,
    content,
  })
  const { log } = (await sandbox.control('/repository')).body
  expect(log).toMatchObject({ newest: ['2026-01-01', 'R42 | 🙂', 'validated'], rows: 2 })
})

test('changes are streamed to every listener', async () => {
  const abort = new AbortController()
  const { signal } = abort
  const streams = await Promise.all([1, 2].map(() => fetch(`${sandbox.url}/sandbox/api/events`, { signal })))
  const readers = streams.map((response) => {
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    return response.body!.pipeThrough(new TextDecoderStream()).getReader()
  })
  for (const reader of readers) expect((await reader.read()).value).toContain(': connected')
  await sandbox.control('/clock', { advanceMs: 1 })
  for (const reader of readers) expect((await reader.read()).value).toContain('data: {"topic":"clock"}\n\n')
  abort.abort()
})

test('a page of another site is refused', async () => {
  const foreign = await sandbox.control('/reset', {}, { origin: 'https://example.test' })
  expect(foreign.status).toBe(403)
  expect((await sandbox.control('/clock', { advanceMs: 1 }, { origin: sandbox.url })).status).toBe(200)
  expect((await sandbox.control('/clock', { advanceMs: 1 }, { origin: 'null' })).status).toBe(403)
})
