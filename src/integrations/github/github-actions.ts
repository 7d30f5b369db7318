import { z } from 'zod'
import type { Ci, WorkflowSeen } from '#domain/ports/systems'
import type { RunKind } from '#domain/rotation/rotation'
import { hasMark, type RunObservation } from '#domain/rotation/runs'
import { readFailingJob } from './failing-job.ts'
import { fromGithub, type GithubClient, type GithubTarget, statusOf } from './github.ts'
import { githubDeployments } from './github-deployments.ts'
import { toObservation } from './github-run.ts'
import { githubRunList } from './github-run-list.ts'

/** By kind, such as `agents-rotate-tokens.yml`. */
export type Workflows = Record<RunKind, string>

const dispatchedSchema = z.object({ workflow_run_id: z.int() })

// Machine clocks differ: a run may seem older than its request.
const CLOCK_SKEW_MS = 2 * 60_000

/** GitHub Actions as the CI. */
export function githubActions(client: GithubClient, target: GithubTarget, workflows: Workflows): Ci {
  const { owner, repo, branch } = target

  /** Null when the workflow does not exist. Checks the branch, because an invisible repository is 404, too. */
  async function findWorkflow(workflow_id: string) {
    try {
      return (await client.rest.actions.getWorkflow({ owner, repo, workflow_id })).data
    } catch (error) {
      if (statusOf(error) !== 404) throw error
      await client.rest.repos.getBranch({ owner, repo, branch })
      return null
    }
  }

  let tellsRunIds = true

  /** Older servers answer nothing, or refuse the word `return_run_details`, before they start anything. */
  async function dispatch(workflow_id: string, inputs: Record<string, string>): Promise<number | null> {
    const request = { owner, repo, workflow_id, ref: branch, inputs }
    const asked = tellsRunIds ? { ...request, return_run_details: true } : request
    try {
      const { data } = await client.rest.actions.createWorkflowDispatch(asked)
      return dispatchedSchema.safeParse(data).data?.workflow_run_id ?? null
    } catch (error) {
      const isUnknownWord = statusOf(error) === 422 && /return_run_details/.test((error as Error).message)
      if (!tellsRunIds || !isUnknownWord) throw error
      tellsRunIds = false
      return dispatch(workflow_id, inputs)
    }
  }

  return {
    ...githubRunList(client, target, workflows),
    ...githubDeployments(client, target),

    async readWorkflow(kind) {
      const file = workflows[kind]
      const place = `${owner}/${repo} on ${branch}`
      return fromGithub(`The workflow ${file} in ${owner}/${repo}`, async () => {
        const found = await findWorkflow(file)
        if (!found || found.state === 'deleted') return { file, place, workflow: null }
        const { data } = await client.rest.actions.listWorkflowRuns({
          owner,
          repo,
          workflow_id: file,
          branch,
          per_page: 100,
        })
        const runs = data.workflow_runs.map(toObservation)
        return { file, place, workflow: { state: found.state, url: found.html_url, ...newestOf(runs) } }
      })
    },

    dispatch: (kind, inputs) =>
      fromGithub(`The workflow ${workflows[kind]}`, () => dispatch(workflows[kind], inputs)),

    // Where a dispatch returned no run id, the run is found by the mark in its title.
    async findRun(kind, mark, since) {
      const workflow_id = workflows[kind]
      const from = new Date(Date.parse(since) - CLOCK_SKEW_MS).toISOString()
      const { data } = await fromGithub(`The runs of ${workflow_id}`, () =>
        client.rest.actions.listWorkflowRuns({
          owner,
          repo,
          workflow_id,
          branch,
          event: 'workflow_dispatch',
          created: `>=${from}`,
          per_page: 100,
        }),
      )
      // Newest first: the oldest with the mark is the bot's own, not one started by hand since.
      const run = data.workflow_runs.findLast((each) => hasMark(each.display_title ?? each.name ?? '', mark))
      if (!run) return null
      return toObservation(run)
    },

    readFailingJob: (runId, attempt) => readFailingJob(client, target, runId, attempt),

    async readRun(run_id) {
      return fromGithub(`The run ${run_id}`, async () => {
        try {
          const { data } = await client.rest.actions.getWorkflowRun({ owner, repo, run_id })
          return toObservation(data)
        } catch (error) {
          if (statusOf(error) !== 404) throw error
          // An invisible repository is 404, too.
          await client.rest.repos.getBranch({ owner, repo, branch })
          return null
        }
      })
    },
  }
}

/** GitHub lists runs by creation; of two concurrent runs the older may end last. */
function newestOf(runs: RunObservation[]): Pick<WorkflowSeen, 'lastCompleted' | 'underWay'> {
  const [lastCompleted = null] = runs
    .filter((run) => run.finishedAt !== null)
    .sort((a, b) => (b.finishedAt ?? '').localeCompare(a.finishedAt ?? ''))
  return { lastCompleted, underWay: runs.find((run) => run.finishedAt === null) ?? null }
}
