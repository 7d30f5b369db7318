import { expect, test } from 'vitest'
import { octokit, repo, sandbox, useGithubWorld } from './github-world.ts'

useGithubWorld()

const mainSha = async () => (await octokit.git.getRef({ ...repo, ref: 'heads/main' })).data.object.sha
const branch = async (name: string) =>
  octokit.git.createRef({ ...repo, ref: `refs/heads/${name}`, sha: await mainSha() })
const put = (name: string, path: string, text: string) =>
  octokit.repos.createOrUpdateFileContents({
    ...repo,
    branch: name,
    path,
    message: `write ${path}`,
    content: Buffer.from(text).toString('base64'),
  })
const read = async (path: string, ref: string) => {
  const { data } = await octokit.repos.getContent({ ...repo, path, ref })
  return 'content' in data ? Buffer.from(data.content, 'base64').toString() : null
}

test('a branch starts at the given commit, and has its own commits', async () => {
  await branch('topic/one')
  await put('topic/one', 'new.txt', 'hello')
  expect(await read('new.txt', 'topic/one')).toBe('hello')
  await expect(read('new.txt', 'main')).rejects.toMatchObject({ status: 404 })
  expect((await octokit.repos.getBranch({ ...repo, branch: 'topic/one' })).data.name).toBe('topic/one')
  await put('main', 'other.txt', 'main goes on')
  await expect(read('other.txt', 'topic/one')).rejects.toMatchObject({ status: 404 })
  expect((await octokit.repos.listBranches(repo)).data.map((each) => each.name)).toEqual([
    'main',
    'topic/one',
  ])
})

test('refs are refused as GitHub refuses them', async () => {
  await branch('topic')
  await expect(branch('topic')).rejects.toMatchObject({
    status: 422,
    response: { data: { message: 'Reference already exists' } },
  })
  const at = (ref: string, sha: string) => octokit.git.createRef({ ...repo, ref, sha })
  await expect(at('refs/heads/x', 'a'.repeat(40))).rejects.toMatchObject({ status: 422 })
  await expect(at('heads/x', await mainSha())).rejects.toMatchObject({ status: 422 })
  await expect(put('nowhere', 'a.txt', 'x')).rejects.toMatchObject({ status: 404 })
  await expect(octokit.git.getRef({ ...repo, ref: 'heads/nowhere' })).rejects.toMatchObject({ status: 404 })
})

test('a pull request is opened once, found by its branch, and merged', async () => {
  await branch('topic')
  const open = (head = 'topic') =>
    octokit.pulls.create({ ...repo, title: 'A change', head, base: 'main', body: 'why' })
  await expect(open()).rejects.toMatchObject({
    status: 422,
    response: { data: { errors: [{ message: 'No commits between main and topic' }] } },
  })
  await put('topic', 'new.txt', 'hello')
  await expect(open('nowhere')).rejects.toMatchObject({ status: 422 })
  const { data: pull } = await open()
  expect(pull).toMatchObject({ number: 2, state: 'open', head: { ref: 'topic' }, base: { ref: 'main' } })
  await expect(open()).rejects.toMatchObject({
    status: 422,
    response: { data: { errors: [{ message: 'A pull request already exists for flashfusion:topic.' }] } },
  })
  const list = async (head: string, state: 'open' | 'all' = 'open') =>
    (await octokit.pulls.list({ ...repo, head, state })).data.length
  expect(await list('flashfusion:topic')).toBe(1)
  expect(await list('flashfusion:other')).toBe(0)
  await put('main', 'other.txt', 'main goes on')
  await octokit.pulls.merge({ ...repo, pull_number: 2 })
  expect(await read('new.txt', 'main')).toBe('hello')
  expect(await read('other.txt', 'main')).toBe('main goes on')
  expect(await list('flashfusion:topic')).toBe(0)
  expect(await list('flashfusion:topic', 'all')).toBe(1)
  await expect(octokit.pulls.merge({ ...repo, pull_number: 2 })).rejects.toMatchObject({ status: 405 })
})

test('a fault’s edit is reverted when the fault ends, unless the file has changed since', async () => {
  const path = 'ops/capability-token-registry.yaml'
  const before = await read(path, 'main')
  sandbox.world.faults.set('registry-malformed', true)
  expect(await read(path, 'main')).toContain('[unfinished')
  sandbox.world.faults.set('registry-malformed', false)
  expect(await read(path, 'main')).toBe(before)

  sandbox.world.faults.set('registry-drift', true)
  const drifted = await read(path, 'main')
  expect(drifted).toContain('research')
  const { data } = await octokit.repos.getContent({ ...repo, path })
  const sha = 'sha' in data ? data.sha : ''
  const content = Buffer.from('fixed').toString('base64')
  await octokit.repos.createOrUpdateFileContents({ ...repo, path, message: 'fix', content, sha })
  sandbox.world.faults.set('registry-drift', false)
  expect(await read(path, 'main')).toBe('fixed')
})
