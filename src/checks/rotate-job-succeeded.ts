import type { WorkflowReading, WorkflowSeen } from '#domain/ports/systems'
import { linkEvidence } from '#domain/rotation/evidence'
import { lastRunWords } from '#domain/rotation/last-run-words'
import type { Instant } from '#domain/rotation/rotation'
import { type Check, failed, passed, type Verdict } from './check.ts'

const DAY = 24 * 60 * 60_000

const ADVICE = 'Run the workflow once and see it succeed, or record a manual step.'

/** By the CI's name of a workflow's state. */
const DISABLED: Record<string, { why: string; advice: string }> = {
  disabled_manually: {
    why: 'it was disabled manually',
    advice: 'Enable it on its page in GitHub Actions (“Enable workflow”), or with `gh workflow enable`.',
  },
  disabled_inactivity: {
    why: 'GitHub disabled it after 60 days without commits',
    advice: 'Enable it on its page in GitHub Actions (“Enable workflow”), or with `gh workflow enable`.',
  },
  disabled_fork: {
    why: 'GitHub disables workflows in a fork',
    advice: 'Enable workflows on the Actions tab of the repository.',
  },
}

/**
 * The rotation workflow can run, and its last finished run, whoever started it, succeeded less than one
 * cadence ago.
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
    known?.advice ?? 'Open the workflow in GitHub Actions and enable it.',
    [linkEvidence(file, url)],
  )
}

function lastRunVerdict(
  { file, place }: WorkflowReading,
  { lastCompleted: run, underWay }: WorkflowSeen,
  { cadenceDays, now }: { cadenceDays: number; now: Instant },
): Verdict {
  const beside = underWay ? `; run ${underWay.runId} is in progress` : ''
  if (!run?.finishedAt)
    return failed(`The workflow ${file} has no run in ${place} that has finished${beside}`, ADVICE)
  const evidence = run.url ? [linkEvidence(`run ${run.runId}`, run.url)] : []
  if (run.state !== 'succeeded')
    return failed(
      `${lastRunWords(run)} on ${date(run.finishedAt)}${beside}`,
      `Read the run’s log. ${ADVICE}`,
      evidence,
    )
  const age = Date.parse(now) - Date.parse(run.finishedAt)
  const when = `${lastRunWords(run)} ${days(age)} ago, on ${date(run.finishedAt)}`
  if (age >= cadenceDays * DAY)
    return failed(`${when}; the cadence is ${cadenceDays} days${beside}`, ADVICE, evidence)
  return passed(`${when}${beside}`, evidence)
}

const date = (instant: Instant): string => instant.slice(0, 10)

function days(ms: number): string {
  const count = Math.max(0, Math.floor(ms / DAY))
  return count === 1 ? '1 day' : `${count} days`
}
