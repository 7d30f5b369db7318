import { expect, test } from 'vitest'
import { botToken } from '../aws/test-world.ts'
import { repo, sandbox, useGithubWorld } from './github-world.ts'

useGithubWorld()

test('the token sees its repository, whatever the case', async () => {
  const octokit = sandbox.octokitAs(botToken)
  const { data, headers } = await octokit.repos.get({ owner: 'FlashFusion', repo: 'Agents' })
  expect(data).toMatchObject({ full_name: 'flashfusion/agents', default_branch: 'main', private: true })
  expect(headers).toMatchObject({ 'x-ratelimit-limit': '5000', 'x-ratelimit-remaining': '4999' })
  expect((await octokit.rateLimit.get()).data.resources.core.used).toBe(2)
  expect((await octokit.users.getAuthenticated()).data.login).toBe('rotation-bot')
})

test('a wrong or missing token is refused', async () => {
  await expect(sandbox.octokitAs('ghp_wrong').repos.get(repo)).rejects.toMatchObject({
    status: 401,
    response: {
      data: { message: 'Bad credentials', documentation_url: expect.stringContaining('https://') },
    },
  })
  const anonymous = await fetch(`${sandbox.url}/github/repos/flashfusion/agents`)
  expect(anonymous.status).toBe(401)
  const oldScheme = { headers: { authorization: `token ${botToken}` } }
  expect((await fetch(`${sandbox.url}/github/repos/flashfusion/agents`, oldScheme)).status).toBe(200)
})

test('forbidden and missing resources are both 404', async () => {
  const octokit = sandbox.octokitAs(botToken)
  const missing = { status: 404, response: { data: { message: 'Not Found', status: '404' } } }
  await expect(octokit.repos.get({ owner: 'flashfusion', repo: 'other' })).rejects.toMatchObject(missing)
  await expect(octokit.issues.list({ ...repo })).rejects.toMatchObject(missing)
  await expect(octokit.repos.listReleases(repo)).rejects.toMatchObject(missing)
})

test('github-unavailable: 503 for every call', async () => {
  sandbox.world.faults.set('github-unavailable', true)
  await expect(sandbox.octokitAs(botToken).repos.get(repo)).rejects.toMatchObject({ status: 503 })
})
