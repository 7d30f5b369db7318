import { expect, test } from 'vitest'
import { octokit, repo, sandbox, useGithubWorld } from './github-world.ts'

useGithubWorld()

const titles = async (filter: { labels?: string; state?: 'open' | 'closed' | 'all' }) =>
  (await octokit.issues.listForRepo({ ...repo, ...filter })).data.map((issue) => issue.title)

test('the ticket is there, with its label', async () => {
  const { data } = await octokit.issues.listForRepo({ ...repo, labels: 'OPS-DEVOPS-ROTATION' })
  expect(data).toMatchObject([
    {
      number: 1,
      title: 'OPS-DEVOPS-ROTATION: capability token rotation',
      state: 'open',
      html_url: `${sandbox.url}/#repository/issues/1`,
    },
  ])
})

test('issues are opened, labelled, closed and found by state and label, newest first', async () => {
  const { data: issue } = await octokit.issues.create({
    ...repo,
    title: 'Follow-up',
    body: '🙂 <b>',
    labels: ['later'],
  })
  expect(issue).toMatchObject({ number: 2, body: '🙂 <b>', comments: 0, user: { login: 'rotation-bot' } })
  expect(await titles({})).toEqual(['Follow-up', 'OPS-DEVOPS-ROTATION: capability token rotation'])
  await octokit.issues.addLabels({ ...repo, issue_number: 2, labels: ['urgent'] })
  expect(await titles({ labels: 'later,urgent' })).toEqual(['Follow-up'])
  await octokit.issues.removeLabel({ ...repo, issue_number: 2, name: 'later' })
  expect(await titles({ labels: 'later' })).toEqual([])
  const closed = await octokit.issues.update({ ...repo, issue_number: 2, state: 'closed' })
  expect(closed.data).toMatchObject({ state: 'closed', state_reason: 'completed', title: 'Follow-up' })
  expect(closed.data.closed_at).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)
  expect(await titles({})).toHaveLength(1)
  expect(await titles({ state: 'closed' })).toEqual(['Follow-up'])
  expect(await titles({ state: 'all' })).toHaveLength(2)
  const labels = await octokit.issues.listLabelsForRepo(repo)
  expect(labels.data.map((label) => label.name)).toEqual(['OPS-DEVOPS-ROTATION', 'later', 'urgent'])
})

test('comments are added, listed in order, edited, and counted', async () => {
  const issue = { ...repo, issue_number: 1 }
  const { data: first } = await octokit.issues.createComment({ ...issue, body: 'one' })
  await octokit.issues.createComment({ ...issue, body: 'two' })
  await octokit.issues.updateComment({ ...repo, comment_id: first.id, body: 'one, edited' })
  const comments = await octokit.paginate(octokit.issues.listComments, { ...issue, per_page: 1 })
  expect(comments.map((comment) => comment.body)).toEqual(['one, edited', 'two'])
  expect((await octokit.issues.get(issue)).data.comments).toBe(2)
  const { data: other } = await octokit.issues.create({ ...repo, title: 'Another' })
  expect((await octokit.issues.listComments({ ...repo, issue_number: other.number })).data).toEqual([])
  expect((await octokit.issues.getComment({ ...repo, comment_id: first.id })).data.html_url).toContain(
    '/#repository/',
  )
})

test('a missing issue is 404, an invalid request 422', async () => {
  await expect(octokit.issues.get({ ...repo, issue_number: 99 })).rejects.toMatchObject({ status: 404 })
  await expect(octokit.issues.createComment({ ...repo, issue_number: 99, body: 'x' })).rejects.toMatchObject({
    status: 404,
  })
  await expect(octokit.issues.getComment({ ...repo, comment_id: 99 })).rejects.toMatchObject({ status: 404 })
  await expect(octokit.issues.create({ ...repo, title: '' })).rejects.toMatchObject({
    status: 422,
    response: { data: { message: 'Validation Failed', errors: [{ resource: 'Issue', field: 'title' }] } },
  })
  const tooLong = octokit.issues.createComment({ ...repo, issue_number: 1, body: 'x'.repeat(65_537) })
  await expect(tooLong).rejects.toMatchObject({ status: 422 })
  expect((await octokit.issues.get({ ...repo, issue_number: 1 })).data.comments).toBe(0)
})

test.each([
  ['repo:flashfusion/agents is:issue is:open "capability token" in:title', 1],
  ['repo:flashfusion/agents label:OPS-DEVOPS-ROTATION', 1],
  ['repo:flashfusion/agents label:other', 0],
  ['repo:somebody/else rotation', 0],
  ['evidence in:title', 0],
  ['evidence in:title,body', 1],
  ['is:closed rotation', 0],
])('search %s finds %i', async (q, count) => {
  const { data } = await octokit.request('GET /search/issues', { q })
  expect(data.total_count).toBe(count)
  expect(data.items).toHaveLength(count)
})

test('a qualifier that the search does not know is refused rather than ignored', async () => {
  const unknown = octokit.request('GET /search/issues', { q: 'reviewed-by:x rotation' })
  await expect(unknown).rejects.toMatchObject({ status: 422 })
})
