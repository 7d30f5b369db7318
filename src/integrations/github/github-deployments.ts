import type { Ci, DeploymentSeen } from '#domain/ports/systems'
import { fromGithub, type GithubClient, type GithubTarget, statusOf } from './github.ts'
import { instant } from './github-run.ts'
import { fileOf } from './github-run-list.ts'

/** More deployments of one environment than this in one rotation are not looked at. */
const MOST = 30

type Deployments = GithubClient['rest']['repos']
type Deployment = Awaited<ReturnType<Deployments['listDeployments']>>['data'][number]
type Status = Awaited<ReturnType<Deployments['listDeploymentStatuses']>>['data'][number]

const OVER = ['success', 'failure', 'error', 'inactive']

/** GitHub's Deployments API. What is over is read once. */
export function githubDeployments(
  client: GithubClient,
  { owner, repo }: GithubTarget,
): Pick<Ci, 'listDeployments'> {
  const known = new Map<number, DeploymentSeen>()
  const workflows = new Map<number, string | null>()

  /** Null for a run that is no longer there. */
  async function workflowOf(run_id: number): Promise<string | null> {
    const found = workflows.get(run_id)
    if (found !== undefined) return found
    try {
      const { data } = await client.rest.actions.getWorkflowRun({ owner, repo, run_id })
      workflows.set(run_id, fileOf(data.path))
      return fileOf(data.path)
    } catch (error) {
      if (statusOf(error) !== 404) throw error
      return null
    }
  }

  async function read(deployment: Deployment): Promise<DeploymentSeen> {
    const seen = known.get(deployment.id)
    if (seen) return seen
    const { data } = await client.rest.repos.listDeploymentStatuses({
      owner,
      repo,
      deployment_id: deployment.id,
      per_page: 100,
    })
    const statuses = data.toSorted((a, b) => a.created_at.localeCompare(b.created_at) || a.id - b.id)
    const runId = runOf(statuses)
    const result: DeploymentSeen = {
      id: deployment.id,
      environment: deployment.environment,
      runId,
      workflow: runId === null ? null : await workflowOf(runId),
      url: addressOf(statuses),
      startedBy: statuses.at(-1)?.creator?.login ?? deployment.creator?.login ?? '',
      startedAt: instant(statuses.find(({ state }) => state === 'in_progress')?.created_at),
      finishedAt: successOf(statuses),
    }
    if (OVER.includes(statuses.at(-1)?.state ?? '')) known.set(deployment.id, result)
    return result
  }

  return {
    async listDeployments(environment, since) {
      return fromGithub(`The deployments to ${environment} in ${owner}/${repo}`, async () => {
        const { data } = await client.rest.repos.listDeployments({ owner, repo, environment, per_page: MOST })
        const recent = data.filter(({ created_at }) => (instant(created_at) ?? '') >= since)
        const found: DeploymentSeen[] = []
        for (const deployment of recent) found.push(await read(deployment))
        return found
      })
    },
  }
}

/** A success counts unless a failure follows it; `inactive` only says that a newer one exists. */
function successOf(statuses: Status[]) {
  const success = statuses.find(({ state }) => state === 'success')
  const last = statuses.findLast(({ state }) => state !== 'inactive')
  return last?.state === 'success' ? instant(success?.created_at) : null
}

const addressOf = (statuses: Status[]): string | null =>
  statuses.flatMap(({ log_url, target_url }) => [log_url, target_url]).find((url) => url) ?? null

/** The run in the address that Actions writes into each status. */
function runOf(statuses: Status[]): number | null {
  for (const { log_url, target_url } of statuses) {
    const [, id] = /\/actions\/runs\/(\d+)/.exec(`${log_url ?? ''} ${target_url ?? ''}`) ?? []
    if (id) return Number(id)
  }
  return null
}
