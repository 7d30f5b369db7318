import { WORKFLOWS } from '#sandbox/demo-users'
import { AwsError } from '../aws/aws-error.ts'
import type { FaultPeriod } from '../faults.ts'
import type { World } from '../world.ts'
import { orchestrate, simulate } from './deployments.ts'
import { isProtected } from './environments.ts'
import { failure, type Job, type Step, type StepResult } from './job.ts'
import { revocationsOf } from './revocations.ts'
import { revokeTokens } from './revoke-tokens.ts'
import { rotateTokens } from './rotate-tokens.ts'
import { runRotationFunctions } from './rotation-functions.ts'
import { followCurrentVersions } from './running-versions.ts'
import { logLine, type Run, runsOf } from './runs.ts'

/** What each workflow does. A workflow that is not listed does nothing and succeeds. */
const JOBS: Readonly<Record<string, Job>> = {
  [WORKFLOWS.rotate.file]: rotateTokens,
  [WORKFLOWS.deploy.file]: orchestrate,
  [WORKFLOWS.smoke.file]: simulate,
  [WORKFLOWS.revoke.file]: revokeTokens,
}

const POLL_MS = 100

/**
 * A simulated CI. Runs advance with the sandbox's clock, and continue after a restart.
 *
 * @param options.stepMs duration of one token's rotation, in milliseconds of the sandbox's clock
 */
export function createCi(world: World, options: { stepMs: number }): { start(): void; stop(): void } {
  const runs = runsOf(world)
  const revocations = revocationsOf(world)
  let timer: NodeJS.Timeout | undefined
  let unsubscribe = () => {}

  function tick(): void {
    const now = world.clock.now()
    for (const run of runs.all().toReversed()) if (run.status !== 'completed') advance(run, now)
    runRotationFunctions(world, now)
    revocations.revokeDue(now)
  }

  function advance(run: Run, now: Date): void {
    const steps = JOBS[run.workflow.file]?.(world, run) ?? []
    let current = run
    while (current.status !== 'completed') {
      const due = afterStalls(world.faults.times('ci-stalls'), dueAt(current, steps, options.stepMs))
      if (due > now.getTime()) return
      if (current.status === 'queued' && needsReview(world, current)) {
        runs.save(waiting(current, new Date(due).toISOString()))
        return
      }
      if (world.faults.on('run-cancelled') && isHalfWay(current, steps)) {
        runs.cancel(current)
        return
      }
      current = runs.save(next(current, steps, new Date(due).toISOString()))
    }
  }

  return {
    start() {
      unsubscribe = world.onChange((topic) => {
        if (topic === 'clock') tick()
        if (topic === 'secrets' || topic === 'agents') followCurrentVersions(world, world.clock.now())
      })
      timer = setInterval(tick, POLL_MS)
      timer.unref()
    },
    stop() {
      unsubscribe()
      clearInterval(timer)
    },
  }
}

/** When the next change of a run is due, in ms since 1970; infinite while it waits for a reviewer. A run waits one step for a runner. */
function dueAt(run: Run, steps: readonly Step[], stepMs: number): number {
  if (run.status === 'waiting') return Number.POSITIVE_INFINITY
  const begin = Date.parse(run.queuedAt ?? run.createdAt) + stepMs
  const ends = run.status === 'queued' ? [] : steps.slice(0, run.steps.length + 1)
  return begin + ends.reduce((sum, step) => sum + step.takes * stepMs, 0)
}

/** Adds the time in which the fault `ci-stalls` was on; infinite while it is on. */
function afterStalls(stalls: readonly FaultPeriod[], due: number): number {
  return stalls.reduce(
    (late, { from, to }) => (from < late ? late + (to ?? Number.POSITIVE_INFINITY) - from : late),
    due,
  )
}

const isHalfWay = (run: Run, steps: readonly Step[]): boolean =>
  run.status === 'in_progress' && run.steps.length >= Math.floor(steps.length / 2)

function next(run: Run, steps: readonly Step[], at: string): Run {
  if (run.status === 'queued') {
    const log = [...run.log, logLine(at, 'A runner picked up the job')]
    return { ...run, status: 'in_progress', startedAt: at, updatedAt: at, log }
  }
  const step = steps[run.steps.length]
  if (!step) return { ...run, status: 'completed', conclusion: 'success', updatedAt: at }
  const result = perform(step, at)
  const failed = result.failed === true
  const startedAt = run.steps.at(-1)?.completedAt ?? run.startedAt ?? at
  const log = [...run.log, ...result.log.map((line) => logLine(at, line))]
  const after = {
    ...run,
    updatedAt: at,
    log,
    steps: [...run.steps, { name: step.name, startedAt, completedAt: at, failed }],
  }
  if (failed) return { ...after, status: 'completed', conclusion: 'failure' }
  return after.steps.length === steps.length
    ? { ...after, status: 'completed', conclusion: 'success' }
    : after
}

/** True for a run whose environment has reviewers, until one of them has approved it. */
const needsReview = (world: World, run: Run): boolean =>
  run.environment !== null &&
  isProtected(world, run.environment) &&
  (run.review === null || run.review.approvedAt === null)

function waiting(run: Run, at: string): Run {
  const log = [...run.log, logLine(at, `Waiting for a reviewer of ${run.environment}`)]
  return { ...run, status: 'waiting', updatedAt: at, review: { since: at, approvedAt: null }, log }
}

function perform(step: Step, at: string): StepResult {
  try {
    return step.perform(at)
  } catch (error) {
    if (error instanceof AwsError) return failure(`Error: ${error.code}: ${error.message}`)
    throw error
  }
}
