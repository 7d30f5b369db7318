import { type Context, Hono } from 'hono'
import { ENVIRONMENTS, REPOSITORY } from '#sandbox/demo-users'
import { REVIEWERS } from '../ci/environments.ts'
import { type Run, runsOf } from '../ci/runs.ts'
import type { World } from '../world.ts'
import { accountJson } from './commit-json.ts'
import { GithubError, notFound } from './github-error.ts'
import { linksOf } from './links.ts'
import type { Person } from './repository.ts'
import { numberParam, paginate, wholeSeconds } from './request.ts'
import { jobIdOf } from './run-json.ts'

/** The account in whose name GitHub writes the statuses. */
const ACTIONS_ACCOUNT: Person = { login: 'github-actions[bot]', name: 'GitHub Actions', email: '' }

type State = 'waiting' | 'in_progress' | 'success' | 'failure' | 'inactive'

interface Status {
  state: State
  at: string
}

/** A job that names an environment makes a deployment as soon as it starts, or waits for a reviewer. */
interface Deployment {
  id: number
  run: Run
  environment: string
  createdAt: string
  /** Oldest first. */
  statuses: Status[]
}

/** The Deployments API, read only. */
export function deploymentRoutes(world: World): Hono {
  const routes = new Hono()

  routes.use('/deployments/*', async (_, next) => {
    if (world.faults.on('deployments-forbidden'))
      throw new GithubError(403, 'Resource not accessible by personal access token')
    await next()
  })

  function called(c: Context): Deployment {
    const deployment = deploymentsIn(world).find(({ id }) => id === numberParam(c, 'deployment'))
    if (!deployment) throw notFound()
    return deployment
  }

  routes.get('/deployments', (c) => {
    const { environment, sha, ref, task } = c.req.query()
    const found = deploymentsIn(world).filter(
      (each) =>
        (!environment || each.environment === environment) &&
        (!sha || each.run.headSha === sha) &&
        (!ref || each.run.branch === ref) &&
        (!task || task === TASK),
    )
    return c.json(paginate(c, found).map((each) => deploymentJson(world, each)))
  })
  routes.get('/deployments/:deployment', (c) => c.json(deploymentJson(world, called(c))))
  routes.get('/deployments/:deployment/statuses', (c) => {
    const deployment = called(c)
    const statuses = deployment.statuses.map((_, index) => statusJson(world, deployment, index))
    return c.json(paginate(c, statuses.toReversed()))
  })
  return routes
}

const TASK = 'deploy'

/** Newest first. */
function deploymentsIn(world: World): Deployment[] {
  const runs = runsOf(world)
  const made = runs
    .all()
    .flatMap((run) => runs.attemptsOf(run))
    .flatMap((run) => deploymentOf(run) ?? [])
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id - a.id)
  return made.map((each, index) => withInactive(each, made.slice(0, index)))
}

function deploymentOf(run: Run): Deployment | undefined {
  const createdAt = run.review?.since ?? run.startedAt
  if (run.environment === null || createdAt === null) return undefined
  const statuses: Status[] = [
    ...(run.review ? [{ state: 'waiting' as const, at: run.review.since }] : []),
    ...(run.startedAt ? [{ state: 'in_progress' as const, at: run.startedAt }] : []),
    ...(run.status === 'completed'
      ? [
          {
            state: run.conclusion === 'success' ? ('success' as const) : ('failure' as const),
            at: run.updatedAt,
          },
        ]
      : []),
  ]
  return { id: jobIdOf(run), run, environment: run.environment, createdAt, statuses }
}

/** A success ends earlier deployments of the same environment, except in production (GitHub docs, `auto_inactive`). */
function withInactive(deployment: Deployment, later: readonly Deployment[]): Deployment {
  const { environment, statuses } = deployment
  if (environment === PRODUCTION || statuses.at(-1)?.state !== 'success') return deployment
  const next = later.findLast((each) => each.environment === environment && stateOf(each) === 'success')
  const at = next?.statuses.at(-1)?.at
  return at === undefined ? deployment : { ...deployment, statuses: [...statuses, { state: 'inactive', at }] }
}

const PRODUCTION = 'production'
const stateOf = (deployment: Deployment) => deployment.statuses.at(-1)?.state

function deploymentJson(world: World, deployment: Deployment): object {
  const links = linksOf(world)
  const { id, run, environment, createdAt, statuses } = deployment
  const url = links.api(`/deployments/${id}`)
  return {
    url,
    id,
    node_id: `DE_${id}`,
    task: TASK,
    original_environment: environment,
    environment,
    description: null,
    created_at: wholeSeconds(createdAt),
    updated_at: wholeSeconds(statuses.at(-1)?.at ?? createdAt),
    statuses_url: `${url}/statuses`,
    repository_url: links.api(''),
    creator: accountJson(run.triggeredBy),
    sha: run.headSha,
    ref: run.branch,
    payload: {},
    transient_environment: false,
    production_environment: environment === PRODUCTION,
    performed_via_github_app: null,
  }
}

function statusJson(world: World, deployment: Deployment, index: number): object {
  const links = linksOf(world)
  const { id, run, environment } = deployment
  const { state, at } = deployment.statuses[index]!
  const url = links.api(`/deployments/${id}`)
  const log = links.job(run.id, jobIdOf(run))
  return {
    url: `${url}/statuses/${id * 10 + index}`,
    id: id * 10 + index,
    node_id: `DES_${id * 10 + index}`,
    state,
    creator: accountJson(ACTIONS_ACCOUNT),
    description: '',
    environment,
    target_url: log,
    created_at: wholeSeconds(at),
    updated_at: wholeSeconds(at),
    deployment_url: url,
    repository_url: links.api(''),
    environment_url: '',
    log_url: log,
    performed_via_github_app: null,
  }
}

/** `GET …/actions/runs/{id}/pending_deployments`: the environment that a waiting run waits for. */
export function pendingDeployments(world: World, run: Run): object[] {
  if (run.status !== 'waiting' || run.environment === null) return []
  const { owner, name } = REPOSITORY
  return [
    {
      environment: {
        id: ([...ENVIRONMENTS] as string[]).indexOf(run.environment) + 1,
        node_id: `EN_${run.environment}`,
        name: run.environment,
        url: linksOf(world).api(`/environments/${run.environment}`),
        html_url: `${world.url()}/${owner}/${name}/deployments/activity_log?environments_filter=${run.environment}`,
      },
      wait_timer: 0,
      wait_timer_started_at: null,
      // The bot's token is no reviewer.
      current_user_can_approve: false,
      reviewers: REVIEWERS.map((person) => ({ type: 'User', reviewer: accountJson(person) })),
    },
  ]
}
