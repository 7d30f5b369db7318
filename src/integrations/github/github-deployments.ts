import type { Ci, DeploymentSeen } from '#domain/ports/systems'
import { censor } from '#redaction/censor'
import { fromGithub, type GithubClient, type GithubTarget, statusOf } from './github.ts'
import { instant, toObservation } from './github-run.ts'
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

  /** Null for a run that is no longer there. */
  async function runOf(run_id: number): Promise<{ workflow: string; startedBy: string } | null> {
    try {
      const { data } = await client.rest.actions.getWorkflowRun({ owner, repo, run_id })
      return { workflow: fileOf(data.path), startedBy: toObservation(data).startedBy ?? '' }
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
    const runId = runIdOf(statuses)
    const run = runId === null ? null : await runOf(runId)
    const result: DeploymentSeen = {
      id: deployment.id,
      environment: deployment.environment,
      runId,
      workflow: run?.workflow ?? null,
      url: addressOf(statuses),
      // Actions writes statuses in its own name; the run knows the person.
      startedBy: run?.startedBy || (deployment.creator?.login ?? ''),
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

function addressOf(statuses: Status[]): string | null {
  const url = statuses.flatMap(({ log_url, target_url }) => [log_url, target_url]).find((each) => each)
  return url ? censor(url) : null
}

/** The run in the address that Actions writes into each status. */
function runIdOf(statuses: Status[]): number | null {
  for (const { log_url, target_url } of statuses) {
    const [, id] = /\/actions\/runs\/(\d+)/.exec(`${log_url ?? ''} ${target_url ?? ''}`) ?? []
    if (id) return Number(id)
  }
  return null
}
