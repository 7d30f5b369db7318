import { WORKFLOWS } from '#sandbox/demo-users'
import { BOT_ACCOUNT, type Person, repositoryOf } from '../github/repository.ts'
import type { World } from '../world.ts'
import { RUN_BRANCH, runTitle, type Workflow } from './workflows.ts'

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
  status: 'queued' | 'in_progress' | 'completed'
  conclusion: Conclusion | null
  createdAt: string
  startedAt: string | null
  updatedAt: string
  steps: { name: string; startedAt: string; completedAt: string; failed: boolean }[]
  log: string[]
}

export interface Runs {
  /** Newest first. */
  all(): Run[]
  find(id: number): Run | undefined
  queue(workflow: Workflow, inputs: Record<string, string>): Run
  save(run: Run): Run
  cancel(run: Run): Run
}

/** Far from rotation and issue numbers, so they cannot be confused. */
const FIRST_RUN_ID = 8_800

export function runsOf(world: World): Runs {
  const runs = world.store.collection<Run>('ci.runs')
  const now = () => world.clock.now().toISOString()

  function save(run: Run): Run {
    runs.put(String(run.id), run)
    world.changed('ci')
    return run
  }

  return {
    all: () => runs.all().toReversed(),
    find: (id) => runs.get(String(id)),
    queue(workflow, inputs) {
      const at = now()
      return save({
        id: FIRST_RUN_ID + world.store.next('ci.run'),
        number: world.store.next(`ci.run ${workflow.path}`),
        workflow: { id: workflow.id, file: workflow.file, path: workflow.path, name: workflow.name },
        title: runTitle(workflow, inputs),
        event: 'workflow_dispatch',
        branch: RUN_BRANCH,
        headSha: repositoryOf(world).head()?.sha ?? '',
        actor: BOT_ACCOUNT,
        inputs,
        status: 'queued',
        conclusion: null,
        createdAt: at,
        startedAt: null,
        updatedAt: at,
        steps: [],
        log: [],
      })
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
