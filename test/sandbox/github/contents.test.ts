import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { REPOSITORY } from '#sandbox/demo-users'
import { botToken } from '../aws/test-world.ts'
import { octokit, repo, sandbox, useGithubWorld } from './github-world.ts'

useGithubWorld()

const path = REPOSITORY.log

async function readFile(file: string, ref?: string) {
  const { data } = await octokit.repos.getContent({ ...repo, path: file, ...(ref && { ref }) })
  if (Array.isArray(data) || data.type !== 'file') throw new Error(`${file} is not a file`)
  return { ...data, text: Buffer.from(data.content, 'base64').toString('utf8') }
}
const base64 = (text: string) => Buffer.from(text).toString('base64')
const write = (file: string, text: string, sha?: string, extra: object = {}) =>
  octokit.repos.createOrUpdateFileContents({
    ...repo,
    path: file,
    message: 'Write',
    content: base64(text),
    ...(sha && { sha }),
    ...extra,
  })

test('the seeded registry and log have the form of the contract', async () => {
  const registry = parse((await readFile(REPOSITORY.registry)).text)
  expect(registry.version).toBe(1)
  expect(registry.tokens).toHaveLength(9)
  expect(registry.tokens[0]).toEqual({
    agent: 'orchestrator',
    environment: 'production',
    secret: 'flashfusion/production/orchestrator/capability-token',
    owner: 'platform',
  })
  const log = await readFile(path)
  expect(log.text.trimEnd().split('\n').slice(-2)).toEqual([
    '| date (UTC) | rotation | event | trigger | owner | environments | tokens | sign-offs | evidence | head | digest | row | seal |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |',
  ])
})

test('content is base64 in lines, under the sha that git gives it', async () => {
  await write('notes/hello.txt', 'hello\n')
  const file = await readFile('notes/hello.txt')
  expect(file).toMatchObject({ sha: 'ce013625030ba8dba906f756967f9e9ca394464a', encoding: 'base64', size: 6 })
  expect((await readFile(path)).content).toMatch(/^([A-Za-z0-9+/=]{1,60}\n)+$/)
  expect(file.html_url).toBe(`${sandbox.url}/#repository/notes/hello.txt`)
})

test('a write returns its commit, which is in the history with its files', async () => {
  const before = await readFile(path)
  const { data, status } = await write(path, `${before.text}| a |\n| b |\n`, before.sha, { branch: 'main' })
  expect(status).toBe(200)
  expect((await readFile(path)).sha).toBe(data.content?.sha)
  const { data: commits } = await octokit.repos.listCommits({ ...repo, path })
  expect(commits.map((commit) => commit.commit.message)).toEqual(['Write', 'Begin the rotation log'])
  expect(commits[0]?.sha).toBe(data.commit.sha)
  const { data: commit } = await octokit.repos.getCommit({ ...repo, ref: data.commit.sha! })
  expect(commit.files).toMatchObject([{ filename: path, status: 'modified', additions: 2, deletions: 0 }])
  expect(commit.html_url).toBe(`${sandbox.url}/#repository/commit/${data.commit.sha}`)
  expect((await readFile(path, commits[1]?.sha)).text).toBe(before.text)
})

test('a stale sha is 409, none on an existing file 422, and neither changes the file', async () => {
  const before = await readFile(path)
  await write(path, 'mine', before.sha)
  await expect(write(path, 'theirs', before.sha)).rejects.toMatchObject({
    status: 409,
    response: { data: { message: `${path} does not match ${before.sha}` } },
  })
  await expect(write(path, 'theirs')).rejects.toMatchObject({
    status: 422,
    response: { data: { message: 'Invalid request.\n\n"sha" wasn\'t supplied.' } },
  })
  expect((await readFile(path)).text).toBe('mine')
})

test.each([
  ['a new file with some sha is made', { path: 'new.txt', sha: 'a'.repeat(40) }, 201],
  ['another branch', { path: 'new.txt', branch: 'other' }, 404],
  ['content that is no base64', { path: 'new.txt', content: 'not base64!' }, 422],
  ['no message', { path: 'new.txt', message: null }, 422],
  ['a path that climbs', { path: 'a/../../b' }, 422],
] as const)('%s', async (_what, given, status) => {
  const { path: file, ...rest } = given
  const response = await fetch(
    `${sandbox.url}/github/repos/flashfusion/agents/contents/${encodeURIComponent(file)}`,
    {
      method: 'PUT',
      headers: { authorization: `Bearer ${botToken}` },
      body: JSON.stringify(
        { message: 'm', content: base64('x'), ...rest },
        (_key, value) => value ?? undefined,
      ),
    },
  )
  expect(response.status).toBe(status)
})

test('over 1 MB the JSON content is empty; the raw media type is complete', async () => {
  const big = 'x'.repeat(1_000_001)
  await write('big.txt', big)
  expect(await readFile('big.txt')).toMatchObject({ content: '', encoding: 'none', size: 1_000_001 })
  const raw = await octokit.repos.getContent({ ...repo, path: 'big.txt', mediaType: { format: 'raw' } })
  // Octokit types it as JSON; with the raw media type it is text.
  expect(String(raw.data)).toBe(big)
})

test('directories are listed without content, folders among files', async () => {
  const { data } = await octokit.repos.getContent({ ...repo, path: '' })
  expect(Array.isArray(data) && data.map((entry) => [entry.name, entry.type])).toEqual([
    ['.github', 'dir'],
    ['README.md', 'file'],
    ['logs', 'dir'],
    ['ops', 'dir'],
  ])
  await expect(octokit.repos.getContent({ ...repo, path: 'nowhere' })).rejects.toMatchObject({ status: 404 })
  await expect(octokit.repos.getContent({ ...repo, path, ref: 'other' })).rejects.toMatchObject({
    status: 404,
  })
})

test('deleting needs the current sha', async () => {
  const { sha } = await readFile(path)
  const remove = (given: string) => octokit.repos.deleteFile({ ...repo, path, message: 'Delete', sha: given })
  await expect(remove('0'.repeat(40))).rejects.toMatchObject({ status: 409 })
  expect((await remove(sha)).data.content).toBeNull()
  await expect(remove(sha)).rejects.toMatchObject({ status: 404 })
  expect((await octokit.repos.listCommits({ ...repo, path })).data[0]?.commit.message).toBe('Delete')
})

test('github-conflict: each write fails once because of another commit, and succeeds with the new sha', async () => {
  sandbox.world.faults.set('github-conflict', true)
  for (const entry of ['first', 'second']) {
    const stale = await readFile(path)
    await expect(write(path, `${stale.text}${entry}\n`, stale.sha)).rejects.toMatchObject({ status: 409 })
    const fresh = await readFile(path)
    expect(fresh.text).toMatch(/\n\nNote by hand, [^\n]+\n$/)
    expect(fresh.text.startsWith(stale.text.trimEnd())).toBe(true)
    await write(path, `${fresh.text}${entry}\n`, fresh.sha)
  }
  expect((await readFile(path)).text).toMatch(/first\n.*Note by hand.*second\n$/s)
  await write('unrelated.txt', 'not troubled')
  const { data } = await octokit.repos.listCommits({ ...repo, path })
  expect(data.map((commit) => commit.author?.login)).toEqual([
    'rotation-bot',
    'operator',
    'rotation-bot',
    'operator',
    'operator',
  ])
})

test('branches, refs and pages of commits', async () => {
  const { data: branch } = await octokit.repos.getBranch({ ...repo, branch: 'main' })
  const { data: ref } = await octokit.git.getRef({ ...repo, ref: 'heads/main' })
  expect(ref.object.sha).toBe(branch.commit.sha)
  await expect(octokit.repos.getBranch({ ...repo, branch: 'other' })).rejects.toMatchObject({ status: 404 })
  await expect(octokit.git.getRef({ ...repo, ref: 'heads/other' })).rejects.toMatchObject({ status: 404 })
  const all = await octokit.paginate(octokit.repos.listCommits, { ...repo, per_page: 3 })
  expect(all.map((commit) => commit.commit.message)).toEqual([
    'Begin the rotation log',
    'Publish the capability token registry',
    'Add the workflows',
    'Begin the repository',
  ])
  const until = await octokit.repos.listCommits({ ...repo, sha: all[2]!.sha })
  expect(until.data).toHaveLength(2)
})
