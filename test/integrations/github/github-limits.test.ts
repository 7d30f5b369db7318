import { RequestError } from '@octokit/request-error'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CallFailed } from '#domain/ports/call-failed'
import { NotReadable } from '#domain/tokens/secret'
import { createGithubClient, fromGithub, type GithubClient } from '#integrations/github/github'
import { githubLimits } from '#integrations/github/github-limits'
import { createSandbox, type Sandbox } from '#sandbox/sandbox'
import { createFaultyGithub, type FaultyGithub } from '#test/support/faulty-github'

const DATE = 'Sat, 28 Nov 2026 14:00:00 GMT'
const RESET = String(Date.parse('2026-11-28T14:40:00Z') / 1_000)
const PRIMARY = { date: DATE, 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': RESET }
const FORTY_MINUTES = 40 * 60_000

const refusal = (
  status: number,
  headers: Record<string, string>,
  message = 'You have exceeded a rate limit',
) =>
  new RequestError(message, status, {
    request: { method: 'POST', url: '/x', headers: {} },
    response: { status, url: '/x', headers: { date: DATE, ...headers }, data: '' },
  })

describe('the limits of GitHub', () => {
  let now = 0
  const elapsed = () => now
  beforeEach(() => {
    now = 0
  })
  const CORE = '/repos/{owner}/{repo}/issues'
  const SEARCH = '/search/issues'

  it.each([
    ['a primary limit', 403, PRIMARY, FORTY_MINUTES],
    ['a primary limit that answers 429', 429, PRIMARY, FORTY_MINUTES],
    ['a secondary limit', 403, { 'retry-after': '75' }, 75_000],
    ['a secondary limit that names a date', 429, { 'retry-after': 'Sat, 28 Nov 2026 14:01:00 GMT' }, 60_000],
    ['a secondary limit without a time', 403, {}, 60_000],
  ])('hold calls back from the answer on: %s', (_, status, headers, ms) => {
    const limits = githubLimits(elapsed)
    const error = limits.note(CORE, refusal(status, headers))
    expect(error).toBeInstanceOf(CallFailed)
    expect(error).toMatchObject({ limit: { system: 'GitHub', ms }, undone: true })
    now = ms - 1
    expect(() => limits.assertNone(CORE)).toThrow('GitHub limits calls until')
    now = ms
    expect(() => limits.assertNone(CORE)).not.toThrow()
  })

  it('wait longer each time where GitHub names no time', () => {
    const limits = githubLimits(elapsed)
    const waits = Array.from({ length: 6 }, () => limits.note(CORE, refusal(403, {})))
    expect(waits.map((error) => (error as CallFailed).limit?.ms)).toEqual(
      [1, 2, 4, 8, 15, 15].map((minutes) => minutes * 60_000),
    )
    limits.passed()
    expect(limits.note(CORE, refusal(403, {}))).toMatchObject({ limit: { ms: 60_000 } })
  })

  it('are counted apart for searches, unless they are secondary', () => {
    const limits = githubLimits(elapsed)
    limits.note(SEARCH, refusal(403, PRIMARY))
    expect(() => limits.assertNone(CORE)).not.toThrow()
    expect(() => limits.assertNone(SEARCH)).toThrow()
    limits.note(SEARCH, refusal(403, { 'retry-after': '60' }))
    expect(() => limits.assertNone(CORE)).toThrow()
  })

  it('are not what another refusal is taken for', () => {
    const limits = githubLimits(elapsed)
    const error = refusal(403, { 'x-ratelimit-remaining': '4000' }, 'Resource not accessible')
    expect(limits.note(CORE, error)).toBe(error)
    expect(() => limits.assertNone(CORE)).not.toThrow()
  })
})

describe('a client of GitHub', () => {
  let sandbox: Sandbox
  let github: FaultyGithub
  let client: GithubClient
  beforeEach(async () => {
    sandbox = await createSandbox({ port: 0, file: ':memory:' })
    github = await createFaultyGithub(sandbox.env.GITHUB_API_URL ?? '')
    client = createGithubClient(sandbox.env.GITHUB_TOKEN ?? '', github.url, () => {})
  })
  afterEach(async () => {
    await github.close()
    await sandbox.close()
  })

  const call = () =>
    fromGithub('The ticket', () =>
      client.rest.issues.create({ owner: 'flashfusion', repo: 'agents', title: 'a ticket' }),
    )
  const failure = () =>
    call().then(
      () => null,
      (error: unknown) => error,
    )

  it('sends nothing more while a limit lasts, and says until when', async () => {
    github.refuse(/POST/, 403, PRIMARY)
    const first = await failure()
    expect(first).toBeInstanceOf(NotReadable)
    expect(first).toMatchObject({ limit: { system: 'GitHub', ms: FORTY_MINUTES } })
    github.refuse(null)
    expect(await failure()).toMatchObject({
      message: expect.stringMatching(/^The ticket: GitHub limits calls until \d\d:\d\d UTC$/),
      limit: { system: 'GitHub' },
    })
    expect(github.calls).toHaveLength(1)
  })

  it.each([
    [
      'single sign-on',
      403,
      { 'x-github-sso': 'required; url=https://github.com/orgs/flashfusion/sso?authorization_request=A1' },
      'Resource protected by organization SAML enforcement.',
      'requires single sign-on (SAML) for the token; authorize it at https://github.com/orgs/flashfusion/sso?authorization_request=A1 (403)',
    ],
    [
      'single sign-on without an address',
      403,
      {},
      'Resource protected by organization SAML enforcement.',
      'under “Configure SSO”',
    ],
    [
      'an IP allow list',
      403,
      {},
      'Although you appear to have the correct authorization credentials, the `flashfusion` organization has an IP allow list enabled',
      'IP allow list does not contain the address of this machine',
    ],
    [
      'an archived repository',
      403,
      {},
      'Repository was archived so is read-only.',
      'the repository is archived and read-only',
    ],
    [
      'a missing permission',
      403,
      { 'x-accepted-github-permissions': 'issues=write' },
      'Resource not accessible by personal access token',
      'the token lacks a permission: GitHub asks for issues=write',
    ],
    [
      'a missing scope',
      403,
      { 'x-oauth-scopes': 'gist', 'x-accepted-oauth-scopes': 'repo' },
      'Must have admin rights to Repository.',
      'the token lacks a scope: GitHub asks for repo',
    ],
    ['another refusal', 403, {}, 'Something new', 'the token may not do this (Something new)'],
    [
      'a branch rule',
      422,
      {},
      'Repository rule violations found',
      'a rule of the branch refuses it (Repository rule violations found)',
    ],
    [
      'a branch rule of old',
      409,
      {},
      'Changes must be made through a pull request.',
      'a rule of the branch refuses it',
    ],
    [
      'a renamed repository',
      301,
      { location: 'https://api.github.com/repositories/42' },
      'Moved Permanently',
      'the repository was renamed or moved (GitHub points to https://api.github.com/repositories/42); set repository.name',
    ],
    [
      'a renamed repository, with its method',
      307,
      { location: '/repositories/42' },
      'Temporary Redirect',
      'the repository was renamed or moved',
    ],
    ['an unknown repository', 404, {}, 'Not Found', 'it may have been renamed (404)'],
    [
      'a search in an unknown repository',
      422,
      {},
      'The listed users and repositories cannot be searched either because the resources do not exist',
      'correct repository.name',
    ],
    ['a wrong token', 401, {}, 'Bad credentials', 'GitHub does not accept the token'],
  ])('says what is in the way: %s', async (_, status, headers, message, words) => {
    github.refuse(/POST/, status, headers, message)
    const error = await failure()
    expect(error).toMatchObject({ message: expect.stringContaining(words), limit: null, undone: true })
  })

  it('knows that a call without an answer may have succeeded, and that one which was never sent has not', async () => {
    github.lose(/POST/)
    expect(await failure()).toMatchObject({
      undone: false,
      message: expect.stringContaining('cannot be reached'),
    })
    github.refuse(/POST/, 502, {}, 'Server Error')
    expect(await failure()).toMatchObject({ undone: false })
    await github.close()
    expect(await failure()).toMatchObject({ undone: true })
  })
})
