import type { PushRule, RepositoryRecords } from '#domain/ports/diagnostics'
import { NotReadable } from '#domain/tokens/secret'
import { fromGithub, type GithubClient, type GithubTarget, statusOf } from './github.ts'
import type { Workflows } from './github-actions.ts'

const PAGE = 100

/** Reads the repository's settings on GitHub. */
export function githubRecords(
  client: GithubClient,
  { owner, repo, branch }: GithubTarget,
  workflows: Workflows,
  logBranch = branch,
): RepositoryRecords {
  const name = `${owner}/${repo}`

  const readBranch = async (name: string) => {
    try {
      return (await client.rest.repos.getBranch({ owner, repo, branch: name })).data
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw error
    }
  }

  async function readRules(): Promise<PushRule[]> {
    const rules = await client.paginate(client.rest.repos.getBranchRules, {
      owner,
      repo,
      branch: logBranch,
      per_page: PAGE,
    })
    const byRuleset = Map.groupBy(rules, (rule) => rule.ruleset_id)
    const read = await Promise.all(
      [...byRuleset].map(async ([ruleset_id, some]) => {
        const { ruleset, bypassed } = await readRuleset(ruleset_id)
        return some.map(({ type }) => ({ type, ruleset, bypassed }))
      }),
    )
    return read.flat()
  }

  async function readRuleset(ruleset_id: number | undefined): Promise<Omit<PushRule, 'type'>> {
    if (ruleset_id === undefined) return { ruleset: 'without a name', bypassed: null }
    try {
      const { data } = await client.rest.repos.getRepoRuleset({ owner, repo, ruleset_id })
      const bypass = data.current_user_can_bypass
      return { ruleset: data.name, bypassed: bypass === undefined ? null : BYPASSES.includes(bypass) }
    } catch (error) {
      if (![403, 404].includes(statusOf(error))) throw error
      return { ruleset: String(ruleset_id), bypassed: null }
    }
  }

  /** A read request for each permission of the README. */
  const readings: Record<string, () => Promise<unknown>> = {
    Contents: () => client.rest.repos.listCommits({ owner, repo, per_page: 1 }),
    Actions: () => client.rest.actions.listRepoWorkflows({ owner, repo, per_page: 1 }),
    Issues: () => client.rest.issues.listForRepo({ owner, repo, per_page: 1 }),
    'Pull requests': () => client.rest.pulls.list({ owner, repo, per_page: 1 }),
  }

  return {
    readRepository: () =>
      fromGithub(`The repository ${name}`, async () => {
        const { data, headers } = await client.rest.repos.get({ owner, repo })
        const scopes = headers['x-oauth-scopes']
        return {
          archived: data.archived,
          mayPush: data.permissions?.push ?? null,
          scopes:
            scopes === undefined
              ? null
              : String(scopes)
                  .split(',')
                  .map((each) => each.trim())
                  .filter(Boolean),
          isPrivate: data.private,
        }
      }),

    branchExists: (which) =>
      fromGithub(`The branch ${which} of ${name}`, async () => (await readBranch(which)) !== null),

    readPushRules: () =>
      fromGithub(`The rules of the branch ${logBranch}`, async () => {
        const [rules, found] = await Promise.all([readRules(), readBranch(logBranch)])
        // Only administrators can read a classic protection.
        const isProtected = found?.protected === true && rules.length === 0
        return isProtected ? [{ type: 'protected', ruleset: null, bypassed: null }] : rules
      }),

    findMissingPermissions: () =>
      fromGithub(`The permissions of the token for ${name}`, async () => {
        const tried = await Promise.all(
          Object.entries(readings).map(async ([permission, read]) => {
            try {
              await read()
              return []
            } catch (error) {
              if ([403, 404].includes(statusOf(error))) return [permission]
              throw error
            }
          }),
        )
        return tried.flat()
      }),

    readWorkflowFile: (kind) => readFile(`.github/workflows/${workflows[kind]}`),

    readClock: () =>
      fromGithub('GitHub’s clock', async () => {
        const asked = Date.now()
        const { headers } = await client.request('GET /repos/{owner}/{repo}', { owner, repo })
        const local = (asked + Date.now()) / 2
        const remote = Date.parse(headers.date ?? '')
        if (Number.isNaN(remote))
          throw new NotReadable('GitHub’s clock could not be read: its answer has no date')
        return { remote, local }
      }),
  }

  function readFile(path: string): Promise<string | null> {
    return fromGithub(path, async () => {
      try {
        const { data } = await client.rest.repos.getContent({ owner, repo, path, ref: branch })
        if (Array.isArray(data) || data.type !== 'file') throw new NotReadable(`${path} is not a file`)
        return Buffer.from(data.content, 'base64').toString('utf8')
      } catch (error) {
        if (statusOf(error) === 404) return null
        throw error
      }
    })
  }
}

/** Bypass modes that allow direct commits; `pull_requests_only` does not. */
const BYPASSES = ['always', 'exempt']
