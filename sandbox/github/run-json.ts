import { REPOSITORY } from '#sandbox/demo-users'
import { type Run, shownConclusion } from '../ci/runs.ts'
import type { Workflow } from '../ci/workflows.ts'
import type { World } from '../world.ts'
import { accountJson } from './commit-json.ts'
import { linksOf } from './links.ts'
import { repositoryOf } from './repository.ts'
import { wholeSeconds } from './request.ts'

export function workflowJson(world: World, workflow: Workflow): object {
  const links = linksOf(world)
  const commits = repositoryOf(world).commits()
  const touching = commits.filter((commit) => commit.changes.some((change) => change.path === workflow.path))
  return {
    id: workflow.id,
    name: workflow.name,
    path: workflow.path,
    state: workflow.state,
    created_at: wholeSeconds(touching[0]?.date ?? ''),
    updated_at: wholeSeconds(touching.at(-1)?.date ?? ''),
    url: links.api(`/actions/workflows/${workflow.id}`),
    html_url: links.file(workflow.path),
    badge_url: '',
  }
}

export function runJson(world: World, run: Run): object {
  const links = linksOf(world)
  const url = links.api(`/actions/runs/${run.id}`)
  return {
    id: run.id,
    // With a `run-name`, GitHub puts the title in both fields.
    name: run.title,
    display_title: run.title,
    run_number: run.number,
    run_attempt: run.attempt,
    event: run.event,
    status: run.status,
    conclusion: shownConclusion(world, run),
    workflow_id: run.workflow.id,
    path: run.workflow.path,
    head_branch: run.branch,
    head_sha: run.headSha,
    url,
    html_url: links.run(run.id),
    jobs_url: `${url}/jobs`,
    previous_attempt_url: run.attempt > 1 ? `${url}/attempts/${run.attempt - 1}` : null,
    cancel_url: `${url}/cancel`,
    workflow_url: links.api(`/actions/workflows/${run.workflow.id}`),
    actor: accountJson(run.actor),
    triggering_actor: accountJson(run.triggeredBy),
    created_at: wholeSeconds(run.createdAt),
    updated_at: wholeSeconds(run.updatedAt),
    run_started_at: wholeSeconds(attemptStartedAt(run)),
    pull_requests: [],
    repository: { id: 1, name: REPOSITORY.name, full_name: `${REPOSITORY.owner}/${REPOSITORY.name}` },
  }
}

/** When an attempt was requested; the first one's start is the run's creation. */
const attemptStartedAt = (run: Run): string => run.startedAt ?? run.queuedAt ?? run.createdAt

/** The id of a run's only job; each attempt has its own. */
export const jobIdOf = (run: Run): number => run.id * 100 + run.attempt

/** The run's only job, with its finished steps. */
export function jobJson(world: World, run: Run): object {
  return {
    id: jobIdOf(run),
    run_id: run.id,
    run_attempt: run.attempt,
    name: run.workflow.name,
    workflow_name: run.workflow.name,
    head_branch: run.branch,
    head_sha: run.headSha,
    status: run.status,
    conclusion: run.conclusion,
    created_at: wholeSeconds(run.queuedAt ?? run.createdAt),
    started_at: wholeSeconds(attemptStartedAt(run)),
    completed_at: run.status === 'completed' ? wholeSeconds(run.updatedAt) : null,
    url: linksOf(world).api(`/actions/jobs/${jobIdOf(run)}`),
    run_url: linksOf(world).api(`/actions/runs/${run.id}`),
    html_url: linksOf(world).job(run.id, jobIdOf(run)),
    labels: ['ubuntu-latest'],
    steps: run.steps.map((step, index) => ({
      name: step.name,
      number: index + 1,
      status: 'completed',
      conclusion: step.failed ? 'failure' : 'success',
      started_at: wholeSeconds(step.startedAt),
      completed_at: wholeSeconds(step.completedAt),
    })),
  }
}
