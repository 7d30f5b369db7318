import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { Refusal, readGiven } from '../control-request.ts'
import { PEOPLE } from '../demo-users.ts'
import { linksOf } from '../github/links.ts'
import { OPERATOR_ACCOUNT, type Person } from '../github/repository.ts'
import type { World } from '../world.ts'
import { accountOf, REVIEWERS } from './environments.ts'
import { type Run, runsOf, shownConclusion } from './runs.ts'
import { checkInputs, type Workflow, workflowsOf } from './workflows.ts'

const person = z.enum(PEOPLE.map(({ name }) => name)).optional()
const startSchema = z.object({
  workflow: z.string(),
  inputs: z.record(z.string(), z.string()).default({}),
  as: person,
})
const actSchema = z.object({ as: person })

const WHO = `\`as\` is one of ${PEOPLE.map(({ name }) => name).join(', ')}`

/** What people do with workflow runs in GitHub's own pages: start one, run it again, approve it. */
export function runControl(world: World): Hono {
  const routes = new Hono()
  const runs = runsOf(world)

  function called(c: Context): Run {
    const run = runs.find(Number(c.req.param('run')))
    if (!run) throw new Refusal('There is no such run.')
    return run
  }

  routes.get('/', (c) => c.json(runs.all().map((run) => shown(world, run))))

  routes.get('/startable', (c) => c.json(startable(world)))

  routes.post('/', async (c) => {
    const sentence = `Send a \`workflow\` (its file) and its \`inputs\`; ${WHO}.`
    const given = await readGiven(c, startSchema, sentence)
    const workflow = workflowsOf(world).find(given.workflow)
    if (!workflow?.inputs || workflow.state !== 'active')
      throw new Refusal('There is no such workflow, or it is disabled.')
    const checked = checkInputs(workflow.inputs, given.inputs)
    if ('problem' in checked) throw new Refusal(`GitHub refuses the inputs: ${checked.problem}.`)
    return c.json(shown(world, runs.queue(workflow, checked.inputs, accountNamed(given.as))))
  })

  routes.post('/:run/again', async (c) => {
    const run = called(c)
    const { as } = await readGiven(c, actSchema, `${WHO}.`)
    if (run.status !== 'completed') throw new Refusal('The run has not ended, so it cannot be run again.')
    return c.json(shown(world, runs.runAgain(run, accountNamed(as))))
  })

  routes.post('/:run/approve', async (c) => {
    const run = called(c)
    const { as } = await readGiven(c, actSchema, `${WHO}.`)
    if (run.status !== 'waiting') throw new Refusal('The run does not wait for a reviewer.')
    const reviewer = as ? accountNamed(as) : (REVIEWERS[0] ?? OPERATOR_ACCOUNT)
    if (!REVIEWERS.some(({ login }) => login === reviewer.login))
      throw new Refusal(`${reviewer.login} is not a reviewer of ${run.environment}.`)
    return c.json(shown(world, runs.approve(run, reviewer)))
  })
  return routes
}

/** What the page's form offers. */
const startable = (world: World) => ({
  workflows: workflowsOf(world)
    .all()
    .flatMap(({ file, name, inputs }) => (inputs ? [{ file, name, inputs: fieldsOf(inputs) }] : [])),
  people: PEOPLE.map(({ name }) => name),
})

const fieldsOf = (inputs: NonNullable<Workflow['inputs']>) =>
  Object.entries(inputs).map(([name, input]) => ({
    name,
    initial: input.default ?? '',
    options: input.options ?? [],
  }))

const accountNamed = (name = ''): Person => accountOf(name) ?? OPERATOR_ACCOUNT

const shown = (world: World, run: Run) => ({
  id: run.id,
  workflow: run.workflow.file,
  name: run.workflow.name,
  title: run.title,
  status: run.status,
  conclusion: shownConclusion(world, run),
  attempt: run.attempt,
  actor: run.actor.login,
  environment: run.environment,
  createdAt: run.createdAt,
  updatedAt: run.updatedAt,
  htmlUrl: linksOf(world).run(run.id),
  inputs: run.inputs,
  jobs: run.log,
})
