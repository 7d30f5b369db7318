import type { Ci } from '#rotation/ports'
import type { Instant, Run, RunKind } from '#rotation/rotation'
import { carriesMark, type RunObservation } from '#rotation/runs'
import { fromGithub, type GithubClient, type GithubTarget, ONCE, statusOf } from './github.ts'

/** Workflow files by kind, such as `agents-rotate-tokens.yml`. */
export type Workflows = Record<RunKind, string>

// Clocks of two machines differ; a run may seem older than the request for it by this much.
const CLOCK_SKEW_MS = 2 * 60_000

/** GitHub Actions as the CI. */
export function githubActions(client: GithubClient, target: GithubTarget, workflows: Workflows): Ci {
  const { owner, repo, branch } = target
  return {
    async dispatch(kind, inputs) {
      const workflow_id = workflows[kind]
      await fromGithub(`The workflow ${workflow_id}`, () =>
        client.rest.actions.createWorkflowDispatch({
          owner,
          repo,
          workflow_id,
          ref: branch,
          inputs,
          ...ONCE,
        }),
      )
    },

    // A dispatch answers without a run id: the run is found by the mark in its title.
    async findRun(kind, mark, since) {
      const workflow_id = workflows[kind]
      const from = new Date(Date.parse(since) - CLOCK_SKEW_MS).toISOString()
      const { data } = await fromGithub(`The runs of ${workflow_id}`, () =>
        client.rest.actions.listWorkflowRuns({
          owner,
          repo,
          workflow_id,
          event: 'workflow_dispatch',
          created: `>=${from}`,
          per_page: 100,
        }),
      )
      const run = data.workflow_runs.find((each) => carriesMark(each.display_title ?? each.name ?? '', mark))
      if (!run) return null
      return toObservation(run)
    },

    async readRun(run_id) {
      return fromGithub(`The run ${run_id}`, async () => {
        try {
          const { data } = await client.rest.actions.getWorkflowRun({ owner, repo, run_id })
          return toObservation(data)
        } catch (error) {
          if (statusOf(error) === 404) return null
          throw error
        }
      })
    },
  }
}

interface GithubRun {
  id: number
  html_url: string
  status: string | null
  conclusion: string | null
  run_started_at?: string
  updated_at: string
}

function toObservation({
  id: runId,
  html_url: url,
  status,
  conclusion,
  ...times
}: GithubRun): RunObservation {
  const state = stateOf(status, conclusion)
  const startedAt = state === 'queued' ? null : instant(times.run_started_at)
  // GitHub has no time of the end: a run that has ended changes no more.
  const finishedAt = status === 'completed' ? instant(times.updated_at) : null
  return { runId, url, conclusion, state, startedAt, finishedAt }
}

const instant = (text: string | undefined): Instant | null => (text ? new Date(text).toISOString() : null)

function stateOf(status: string | null, conclusion: string | null): Run['state'] {
  if (status === 'completed') return conclusion === 'success' ? 'succeeded' : 'failed'
  return status === 'in_progress' ? 'running' : 'queued'
}
