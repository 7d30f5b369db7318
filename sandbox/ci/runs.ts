import { WORKFLOWS } from '#sandbox/demo-users'
import { BOT_ACCOUNT, type Person, repositoryOf } from '../github/repository.ts'
import type { World } from '../world.ts'
import { RUN_BRANCH, runEnvironment, runTitle, type Workflow } from './workflows.ts'

export type Conclusion = 'success' | 'failure' | 'cancelled'

/** One run of a workflow. Its progress is stored, so it continues after a restart. */
export interface Run {
  id: number
  /** Run number within its workflow. */
  number: number
  workflow: { id: number; file: string; path: string; name: string }
  title: string
  event: 'workflow_dispatch' | 'schedule'
  branch: string
  headSha: string
  actor: Person
  inputs: Record<string, string>
  /** The environment of its job, which makes it a deployment; null without one. */
  environment: string | null
  /** 1, and one more each time that it is run again. */
  attempt: number
  /** Who requested this attempt. */
  triggeredBy: Person
  status: 'queued' | 'waiting' | 'in_progress' | 'completed'
  conclusion: Conclusion | null
  createdAt: string
  /** From when it waits for a runner, where that is later than its creation. */
  queuedAt: string | null
  /** Whether a reviewer of the environment has to approve it, and has. */
  review: { since: string; approvedAt: string | null } | null
  startedAt: string | null
  updatedAt: string
  steps: { name: string; startedAt: string; completedAt: string; failed: boolean }[]
  log: string[]
}

export interface Runs {
  /** Newest first. */
  all(): Run[]
  find(id: number): Run | undefined
  /** All attempts of a run, oldest first. */
  attemptsOf(run: Run): Run[]
  /** @param actor who starts it; the bot's account when it is left out */
  queue(workflow: Workflow, inputs: Record<string, string>, actor?: Person): Run
  /** Runs a completed run again, under the same id. */
  runAgain(run: Run, actor: Person): Run
  /** Continues a run that waits for a reviewer. */
  approve(run: Run, reviewer: Person): Run
  save(run: Run): Run
  cancel(run: Run): Run
}

/** Far from rotation and issue numbers, so they cannot be confused. */
const FIRST_RUN_ID = 8_800

export function runsOf(world: World): Runs {
  const runs = world.store.collection<Run>('ci.runs')
  const earlier = world.store.collection<Run[]>('ci.earlier-attempts')
  const now = () => world.clock.now().toISOString()

  function save(run: Run): Run {
    runs.put(String(run.id), run)
    world.changed('ci')
    return run
  }

  return {
    all: () => runs.all().toReversed(),
    find: (id) => runs.get(String(id)),
    attemptsOf: (run) => [...(earlier.get(String(run.id)) ?? []), run],
    queue(workflow, inputs, actor = BOT_ACCOUNT) {
      const at = now()
      return save({
        id: FIRST_RUN_ID + world.store.next('ci.run'),
        number: world.store.next(`ci.run ${workflow.path}`),
        workflow: { id: workflow.id, file: workflow.file, path: workflow.path, name: workflow.name },
        title: runTitle(workflow, inputs),
        event: 'workflow_dispatch',
        branch: RUN_BRANCH,
        headSha: repositoryOf(world).head()?.sha ?? '',
        actor,
        inputs,
        environment: runEnvironment(workflow, inputs),
        attempt: 1,
        triggeredBy: actor,
        status: 'queued',
        conclusion: null,
        createdAt: at,
        queuedAt: null,
        review: null,
        startedAt: null,
        updatedAt: at,
        steps: [],
        log: [],
      })
    },
    runAgain(run, actor) {
      const at = now()
      earlier.put(String(run.id), [...(earlier.get(String(run.id)) ?? []), run])
      const log = [logLine(at, `Attempt ${run.attempt + 1}, requested by ${actor.login}`)]
      return save({
        ...run,
        attempt: run.attempt + 1,
        triggeredBy: actor,
        status: 'queued',
        conclusion: null,
        queuedAt: at,
        review: null,
        startedAt: null,
        updatedAt: at,
        steps: [],
        log,
      })
    },
    approve(run, reviewer) {
      const at = now()
      const log = [...run.log, logLine(at, `${reviewer.login} approved the deployment to ${run.environment}`)]
      const review = { since: run.review?.since ?? at, approvedAt: at }
      return save({ ...run, status: 'queued', queuedAt: at, updatedAt: at, review, log })
    },
    save,
    cancel(run) {
      const at = now()
      const log = [...run.log, logLine(at, 'The run was canceled.')]
      return save({ ...run, status: 'completed', conclusion: 'cancelled', updatedAt: at, log })
    },
  }
}

/** The conclusion, including the one that the fault `last-rotation-failed` shows. */
export function shownConclusion(world: World, run: Run): Run['conclusion'] {
  if (!world.faults.on('last-rotation-failed') || run.status !== 'completed') return run.conclusion
  const newest = runsOf(world)
    .all()
    .filter((each) => each.workflow.file === WORKFLOWS.rotate.file && each.status === 'completed')
    .sort((a, b) => b.updatedAt.localeCompare(a.updatedAt))[0]
  return newest?.id === run.id ? 'failure' : run.conclusion
}

export const logLine = (at: string, text: string) => `${at.slice(0, 19)}Z ${text}`
