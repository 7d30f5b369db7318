import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { type Run, runsOf } from '../ci/runs.ts'
import { checkInputs, RUN_BRANCH, type Workflow, workflowsOf } from '../ci/workflows.ts'
import type { World } from '../world.ts'
import { createdFilter } from './created-filter.ts'
import { pendingDeployments } from './deployments.ts'
import { GithubError, missingField, notFound, unprocessable } from './github-error.ts'
import { jobRun, STORAGE_SIGNATURE } from './job-logs.ts'
import { linksOf } from './links.ts'
import { numberParam, paginate, readBody } from './request.ts'
import { jobJson, runJson, workflowJson } from './run-json.ts'

const dispatchSchema = z.object({
  ref: z.string().optional(),
  inputs: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
  return_run_details: z.boolean().optional(),
})

const LATE_MS = 3 * 60_000

/** Workflows, dispatches and runs. The simulated CI executes the runs. */
export function actionsRoutes(world: World): Hono {
  const routes = new Hono()
  routes.route('/actions', workflowRoutes(world))
  routes.route('/actions', runRoutes(world))
  return routes
}

function workflowRoutes(world: World): Hono {
  const routes = new Hono()
  const workflows = workflowsOf(world)
  const runs = runsOf(world)

  function called(c: Context): Workflow {
    const workflow = workflows.find(c.req.param('workflow') ?? '')
    if (!workflow) throw notFound()
    return workflow
  }

  routes.get('/workflows', (c) => {
    const all = workflows.all()
    return c.json({
      total_count: all.length,
      workflows: paginate(c, all).map((one) => workflowJson(world, one)),
    })
  })

  routes.get('/workflows/:workflow', (c) => c.json(workflowJson(world, called(c))))

  for (const [verb, state] of [
    ['enable', 'active'],
    ['disable', 'disabled_manually'],
  ] as const) {
    routes.put(`/workflows/:workflow/${verb}`, (c) => {
      workflows.setState(called(c), state)
      return c.body(null, 204)
    })
  }

  routes.get('/workflows/:workflow/runs', (c) => {
    const { id } = called(c)
    return listRuns(
      c,
      world,
      runs.all().filter((run) => run.workflow.id === id),
    )
  })

  routes.post('/workflows/:workflow/dispatches', async (c) => {
    const workflow = called(c)
    const body = await readBody(c, dispatchSchema, 'WorkflowDispatch')
    const run = runs.queue(workflow, acceptedInputs(workflow, body))
    if (world.faults.on('dispatch-unanswered')) throw new GithubError(502, 'Server Error')
    if (body.return_run_details !== true) return c.body(null, 204)
    const links = linksOf(world)
    return c.json({
      workflow_run_id: run.id,
      run_url: links.api(`/actions/runs/${run.id}`),
      html_url: links.run(run.id),
    })
  })

  return routes
}

/** @throws GithubError 422, in the order in which GitHub checks */
function acceptedInputs(workflow: Workflow, body: z.output<typeof dispatchSchema>): Record<string, string> {
  if (body.ref === undefined) throw missingField('ref')
  if (workflow.state !== 'active') {
    throw unprocessable("Cannot trigger a 'workflow_dispatch' on a disabled workflow")
  }
  if (body.ref.replace(/^refs\/heads\//, '') !== RUN_BRANCH)
    throw unprocessable(`No ref found for: ${body.ref}`)
  if (!workflow.inputs) throw unprocessable("Workflow does not have 'workflow_dispatch' trigger")
  const checked = checkInputs(workflow.inputs, body.inputs ?? {})
  if ('problem' in checked) throw unprocessable(checked.problem)
  return checked.inputs
}

function runRoutes(world: World): Hono {
  const routes = new Hono()
  const runs = runsOf(world)

  function called(c: Context): Run {
    const run = runs.find(numberParam(c, 'run'))
    if (!run) throw notFound()
    return run
  }

  routes.get('/runs', (c) => listRuns(c, world, runs.all()))

  routes.get('/runs/:run', (c) => c.json(runJson(world, called(c))))

  routes.get('/runs/:run/jobs', (c) => c.json({ total_count: 1, jobs: [jobJson(world, called(c))] }))

  function calledAttempt(c: Context): Run {
    const attempts = runs.attemptsOf(called(c))
    const attempt = attempts.find((one) => one.attempt === numberParam(c, 'attempt'))
    if (!attempt) throw notFound()
    return attempt
  }

  routes.get('/runs/:run/attempts/:attempt', (c) => c.json(runJson(world, calledAttempt(c))))

  routes.get('/runs/:run/attempts/:attempt/jobs', (c) =>
    c.json({ total_count: 1, jobs: [jobJson(world, calledAttempt(c))] }),
  )

  // The log is in a storage of its own, at an address that needs no token.
  routes.get('/jobs/:job/logs', (c) => {
    const job = numberParam(c, 'job')
    if (!jobRun(world, job)) throw notFound()
    if (world.faults.on('logs-expired')) throw new GithubError(410, 'The logs for this run have expired.')
    return c.redirect(`${world.url()}/github-logs/${job}?signature=${STORAGE_SIGNATURE}`)
  })

  routes.get('/runs/:run/pending_deployments', (c) => c.json(pendingDeployments(world, called(c))))

  routes.post('/runs/:run/cancel', (c) => {
    const run = called(c)
    if (run.status === 'completed')
      throw new GithubError(409, 'Cannot cancel a workflow run that is completed.')
    runs.cancel(run)
    return c.json({}, 202)
  })

  return routes
}

function listRuns(c: Context, world: World, runs: readonly Run[]): Response {
  const { event, status, branch, actor, head_sha, created } = c.req.query()
  const isCreated = createdFilter(created)
  const listedUntil = world.clock.now().getTime() - (world.faults.on('runs-listed-late') ? LATE_MS : 0)
  const found = runs.filter(
    (run) =>
      (!event || run.event === event) &&
      // The filter takes a status or a conclusion.
      (!status || run.status === status || run.conclusion === status) &&
      (!branch || run.branch === branch) &&
      (!actor || run.actor.login === actor) &&
      (!head_sha || run.headSha === head_sha) &&
      isCreated(run.createdAt) &&
      Date.parse(run.createdAt) <= listedUntil,
  )
  const page = paginate(c, found).map((run) => runJson(world, run))
  return c.json({ total_count: found.length, workflow_runs: page })
}
