import { NEW_FILE } from '#domain/rotation/log-file'
import { fromGithub, type GithubClient, type GithubTarget, statusOf } from './github.ts'
import { readFile } from './github-files.ts'

/**
 * Begins the log on a branch of its own, without the history of any other. Does nothing where the branch has the log.
 *
 * @returns what was done
 */
export const initLog = (
  client: GithubClient,
  target: GithubTarget,
  path: string,
): Promise<'made' | 'added' | 'was-there'> =>
  fromGithub(`The branch ${target.branch}`, async () => {
    const { owner, repo, branch } = target
    if (!(await branchExists(client, target))) {
      const { data: tree } = await client.rest.git.createTree({
        owner,
        repo,
        tree: [{ path, mode: '100644', type: 'blob', content: NEW_FILE }],
      })
      const { data: commit } = await client.rest.git.createCommit({
        owner,
        repo,
        message: 'Begin the rotation log',
        tree: tree.sha,
        parents: [],
      })
      await client.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha: commit.sha })
      return 'made'
    }
    if (await readFile(client, target, path)) return 'was-there'
    await client.rest.repos.createOrUpdateFileContents({
      owner,
      repo,
      branch,
      path,
      message: 'Begin the rotation log',
      content: Buffer.from(NEW_FILE, 'utf8').toString('base64'),
    })
    return 'added'
  })

async function branchExists(client: GithubClient, { owner, repo, branch }: GithubTarget): Promise<boolean> {
  try {
    await client.rest.repos.getBranch({ owner, repo, branch })
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}
