import type { Ci, ListedRun } from '#domain/ports/systems'
import { RUN_KINDS, type RunKind } from '#domain/rotation/rotation'
import { censor } from '#redaction/censor'
import { fromGithub, type GithubClient, type GithubTarget } from './github.ts'
import { type GithubRun, instant, toObservation } from './github-run.ts'

const PER_PAGE = 100
/** GitHub shows no more than 1,000 runs of a list that is filtered by time. */
const MOST_PAGES = 10

/** Everything that the CI shows of runs beyond one at a time. */
export function githubRunList(
  client: GithubClient,
  { owner, repo }: GithubTarget,
  workflows: Readonly<Record<string, string>>,
): Pick<Ci, 'listRuns' | 'readReviewers'> {
  return {
    async listRuns(since) {
      const filter = { owner, repo, created: `>=${since}`, per_page: PER_PAGE }
      return fromGithub(`The runs of ${owner}/${repo}`, async () => {
        const runs: ListedRun[] = []
        for (let page = 1; page <= MOST_PAGES; page += 1) {
          const { data } = await client.rest.actions.listWorkflowRunsForRepo({ ...filter, page })
          runs.push(...data.workflow_runs.map((run) => toListed(run, workflows)))
          if (data.workflow_runs.length < PER_PAGE) break
        }
        return runs
      })
    },

    async readReviewers(run_id) {
      return fromGithub(`The approval that run ${run_id} waits for`, async () => {
        const { data } = await client.rest.actions.getPendingDeploymentsForRun({ owner, repo, run_id })
        return [...new Set(data.flatMap(({ reviewers = [] }) => reviewers.flatMap(nameOfReviewer)))]
      })
    },
  }
}

type Listed = GithubRun & {
  name?: string | null
  display_title?: string
  path?: string
  event: string
  head_branch: string | null
  created_at: string
}

function toListed(run: Listed, workflows: Readonly<Record<string, string>>): ListedRun {
  const { runAttempt = 1, startedBy = '', ...seen } = toObservation(run)
  return {
    ...seen,
    runAttempt,
    startedBy,
    kind: kindOf(run.path ?? '', workflows),
    title: run.display_title ?? censor(run.name ?? ''),
    branch: run.head_branch,
    event: run.event,
    createdAt: instant(run.created_at) ?? '',
    environment: environmentOf(run),
  }
}

/** @param path such as `.github/workflows/release.yml`, with `@refs/heads/main` where GitHub adds it */
export const fileOf = (path: string): string => path.replace(/@.*$/, '').replace(/^.*\//, '')

const kindOf = (path: string, workflows: Readonly<Record<string, string>>): RunKind | null =>
  RUN_KINDS.find((kind) => workflows[kind] === fileOf(path)) ?? null

/** GitHub shows no inputs of a run today; servers that do show them as an object. */
function environmentOf(run: object): string | null {
  const inputs = 'inputs' in run ? run.inputs : null
  if (typeof inputs !== 'object' || inputs === null || !('environment' in inputs)) return null
  return typeof inputs.environment === 'string' && inputs.environment !== '' ? inputs.environment : null
}

/** A person's login, or a team's name. */
function nameOfReviewer({ reviewer }: { reviewer?: unknown }): string[] {
  if (typeof reviewer !== 'object' || reviewer === null) return []
  const { login, slug, name } = reviewer as Record<string, unknown>
  const found = [login, slug, name].find((each) => typeof each === 'string' && each !== '')
  return typeof found === 'string' ? [found] : []
}
