import type { WorkflowReading, WorkflowSeen } from '#domain/ports/systems'
import { linkEvidence } from '#domain/rotation/evidence'
import type { Instant } from '#domain/rotation/rotation'
import type { RunObservation } from '#domain/rotation/runs'
import { type Check, failed, passed, type Verdict } from './check.ts'

const DAY = 24 * 60 * 60_000

const ADVICE = 'Run the workflow once and see it succeed, or record a manual step.'

/** What keeps a workflow from running, and how to change that, by the CI's word for it. */
const DISABLED: Record<string, { why: string; advice: string }> = {
  disabled_manually: {
    why: 'somebody disabled it',
    advice: 'Enable it on its page in GitHub Actions (“Enable workflow”), or with `gh workflow enable`.',
  },
  disabled_inactivity: {
    why: 'GitHub disabled it because nothing was committed for 60 days',
    advice: 'Enable it on its page in GitHub Actions (“Enable workflow”), or with `gh workflow enable`.',
  },
  disabled_fork: {
    why: 'GitHub disables workflows in a fork',
    advice: 'Enable workflows on the Actions tab of the repository.',
  },
}

/** What kind of end it was, for people who do not know the CI's words. */
const ENDS: Record<string, string> = {
  failure: 'failed',
  cancelled: 'was cancelled',
  timed_out: 'ran out of time',
  skipped: 'was skipped, so it rotated nothing',
  action_required: 'waited for an approval that did not come',
  startup_failure: 'could not be started',
}

/**
 * The rotation workflow can run, and the last of its runs that has ended, whoever began it, succeeded and ended less
 * than one cadence ago.
 */
export const rotateJobSucceeded: Check = {
  id: 'rotate-job-succeeded',
  step: 'automation-health',
  title: 'Rotation job is healthy',
  how: 'reads the workflow and its runs in the CI',
  backs: 'last-run',
  async run({ readWorkflow, cadenceDays, now }) {
    const reading = await readWorkflow('rotate')
    const { workflow } = reading
    if (!workflow) return missing(reading)
    return stateProblem(reading, workflow) ?? lastRunVerdict(reading, workflow, { cadenceDays, now })
  },
}

const missing = ({ file, place }: WorkflowReading): Verdict =>
  failed(
    `The workflow ${file} is not in ${place}`,
    'Commit it under .github/workflows, or name the right file in the config (workflows.rotate).',
  )

function stateProblem({ file }: WorkflowReading, { state, url }: WorkflowSeen): Verdict | null {
  if (state === 'active') return null
  const known = DISABLED[state]
  return failed(
    `The workflow ${file} cannot run: ${known?.why ?? `its state is ${state}`}`,
    known?.advice ?? 'Look at the workflow in GitHub Actions, and make it active.',
    [linkEvidence(file, url)],
  )
}

function lastRunVerdict(
  { file, place }: WorkflowReading,
  { lastCompleted: run, underWay }: WorkflowSeen,
  { cadenceDays, now }: { cadenceDays: number; now: Instant },
): Verdict {
  const beside = underWay ? `; run ${underWay.runId} is under way` : ''
  if (!run?.finishedAt)
    return failed(`The workflow ${file} has no run in ${place} that has ended${beside}`, ADVICE)
  const evidence = run.url ? [linkEvidence(`run ${run.runId}`, run.url)] : []
  if (run.state !== 'succeeded')
    return failed(
      `${ended(run)} on ${date(run.finishedAt)}${beside}`,
      `Read the run’s log. ${ADVICE}`,
      evidence,
    )
  const age = Date.parse(now) - Date.parse(run.finishedAt)
  const when = `${ended(run)} ${days(age)} ago, on ${date(run.finishedAt)}`
  if (age >= cadenceDays * DAY)
    return failed(`${when}; the cadence is ${cadenceDays} days${beside}`, ADVICE, evidence)
  return passed(`${when}${beside}`, evidence)
}

function ended({ runId, state, conclusion }: RunObservation): string {
  if (state === 'succeeded') return `The last run, ${runId}, succeeded`
  const word = conclusion ?? 'no conclusion'
  return `The last run, ${runId}, ${ENDS[word] ?? `ended with ${word}`}`
}

const date = (instant: Instant): string => instant.slice(0, 10)

function days(ms: number): string {
  const count = Math.max(0, Math.floor(ms / DAY))
  return count === 1 ? '1 day' : `${count} days`
}
