import pMap from 'p-map'
import type { LogVersion } from '#domain/audit/log-versions'
import { NotReadable } from '#domain/tokens/secret'
import { fromGithub, type GithubClient, type GithubTarget, statusOf } from './github.ts'

const PAGE = 100
const AT_ONCE = 4

/** Every version of the log on its branch, oldest first. @throws NotReadable */
export const readLogHistory = (
  client: GithubClient,
  { owner, repo, branch }: GithubTarget,
  path: string,
): Promise<LogVersion[]> =>
  fromGithub(`The history of ${path} on ${branch}`, async () => {
    const commits = await client.paginate(client.rest.repos.listCommits, {
      owner,
      repo,
      sha: `refs/heads/${branch}`,
      path,
      per_page: PAGE,
    })
    return pMap(commits.toReversed(), ({ sha }) => versionAt(client, { owner, repo, path, ref: sha }), {
      concurrency: AT_ONCE,
    })
  })

async function versionAt(
  client: GithubClient,
  request: { owner: string; repo: string; path: string; ref: string },
): Promise<LogVersion> {
  try {
    const { data } = await client.rest.repos.getContent({ ...request, mediaType: { format: 'raw' } })
    if (typeof data !== 'string') throw new NotReadable(`${request.path} is not a file in ${request.ref}`)
    return { sha: request.ref, text: data as string }
  } catch (error) {
    if (statusOf(error) === 404) return { sha: request.ref, text: null }
    throw error
  }
}
