import { randomUUID } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { CREDENTIALS, REPOSITORY } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { actionsRoutes } from './actions.ts'
import { applyFault } from './apply-fault.ts'
import { accountJson } from './commit-json.ts'
import { commitRoutes } from './commits.ts'
import { contentsRoutes } from './contents.ts'
import { deploymentRoutes } from './deployments.ts'
import { errorBody, GithubError, notFound } from './github-error.ts'
import { commentRoutes, issueRoutes, labelRoutes } from './issues.ts'
import { pullRoutes } from './pulls.ts'
import { BOT_ACCOUNT } from './repository.ts'
import { ruleRoutes } from './rules.ts'
import { searchRoutes } from './search.ts'

const HOUR = 3_600_000
const CALLS_AN_HOUR = 5_000
/** How long the fault `github-rate-limited` lasts. */
const LIMITED_MS = 40 * 60_000

const DAY = 24 * HOUR

/** As GitHub writes it: `2026-12-23 09:00:00 UTC`. */
const expiryOf = (from: number): string =>
  `${new Date(from + 5 * DAY).toISOString().slice(0, 19).replace('T', ' ')} UTC`

/** GitHub's REST API for one private repository and one token, for Octokit with `baseUrl`. */
export function createGithub(world: World): { routes: Hono } {
  const routes = new Hono()
  const rate = createRate()

  routes.use('*', async (c, next) => {
    for (const [name, value] of Object.entries(rate.headers())) c.header(name, value)
    c.header('x-github-request-id', randomUUID())
    c.header('x-github-media-type', 'github.v3; format=json')
    if (world.faults.on('github-unavailable')) {
      throw new GithubError(
        503,
        'No server is currently available to service your request. Please try again later.',
      )
    }
    authenticate(c)
    const [ends] = world.faults.times('github-token-ends').filter(({ to }) => to === null)
    if (ends) c.header('github-authentication-token-expiration', expiryOf(ends.from))
    const [limited] = world.faults.times('github-rate-limited').filter(({ to }) => to === null)
    if (limited) {
      c.header('date', world.clock.now().toUTCString())
      c.header('x-ratelimit-remaining', '0')
      c.header('x-ratelimit-reset', String(Math.ceil((limited.from + LIMITED_MS) / 1000)))
      throw new GithubError(403, 'API rate limit exceeded for user ID 1.')
    }
    await next()
  })
  routes.use('*', async (c, next) => {
    if (world.faults.on('ticket-unavailable') && /\/issues(\/|$)/.test(c.req.path))
      throw new GithubError(503, 'Issues are temporarily unavailable. Please try again later.')
    await next()
  })
  routes.use('/repos/:owner/:repo/*', async (c, next) => {
    const called = `${c.req.param('owner')}/${c.req.param('repo')}`.toLowerCase()
    // A repository that the token may not see is 404, not 403.
    if (called !== `${REPOSITORY.owner}/${REPOSITORY.name}`) throw notFound()
    await next()
  })

  routes.use('*', async (c, next) => {
    if (world.faults.on('github-read-only') && c.req.method !== 'GET')
      throw new GithubError(403, 'Resource not accessible by personal access token')
    await next()
  })

  routes.get('/user', (c) => c.json(accountJson(BOT_ACCOUNT)))
  routes.get('/rate_limit', (c) => c.json({ resources: { core: rate.state() }, rate: rate.state() }))
  routes.route('/', searchRoutes(world))
  const parts = [
    contentsRoutes,
    commitRoutes,
    pullRoutes,
    commentRoutes,
    issueRoutes,
    labelRoutes,
    actionsRoutes,
    deploymentRoutes,
    ruleRoutes,
  ]
  for (const part of parts) {
    routes.route('/repos/:owner/:repo', part(world))
  }

  world.faults.onSet((id, on) => applyFault(world, id, on))
  routes.all('*', () => {
    throw notFound()
  })
  routes.onError((error, c) => {
    if (!(error instanceof GithubError)) console.error(error)
    const known = error instanceof GithubError ? error : new GithubError(500, 'Server Error')
    return new Response(JSON.stringify(errorBody(known)), {
      status: known.status,
      headers: { ...Object.fromEntries(c.res.headers), 'content-type': 'application/json; charset=utf-8' },
    })
  })
  return { routes }
}

function authenticate(c: Context): void {
  const header = c.req.header('authorization')
  const token = /^(?:bearer|token)\s+(\S+)$/i.exec(header ?? '')?.[1]
  if (token !== CREDENTIALS.githubToken) {
    throw new GithubError(401, header === undefined ? 'Requires authentication' : 'Bad credentials')
  }
}

/**
 * Rate limit headers by the hour of the machine's clock. The limit is not enforced, because tests would hit
 * it.
 */
function createRate() {
  let used = 0
  let reset = Date.now() + HOUR
  const state = () => ({
    limit: CALLS_AN_HOUR,
    used: Math.min(used, CALLS_AN_HOUR),
    remaining: Math.max(0, CALLS_AN_HOUR - used),
    reset: Math.ceil(reset / 1000),
  })
  return {
    state,
    headers(): Record<string, string> {
      if (Date.now() >= reset) {
        used = 0
        reset = Date.now() + HOUR
      }
      used++
      const entries = Object.entries(state()).map(([name, value]) => [`x-ratelimit-${name}`, String(value)])
      return { ...Object.fromEntries(entries), 'x-ratelimit-resource': 'core' }
    },
  }
}
