import type { LogCommit, Repository } from '#domain/ports/systems'
import { appendEntry, hasEntry, type LogEntry } from '#domain/rotation/rotation-log'
import { parseRegistry } from '#domain/tokens/parse-registry'
import { RegistryWrong } from '#domain/tokens/registry'
import { NotReadable } from '#domain/tokens/secret'
import { fromGithub, type GithubClient, type GithubTarget, ONCE, statusOf } from './github.ts'
import { githubProposals } from './github-proposals.ts'

// Others may commit at the same moment again and again; then the outbox waits and tries later.
const COMMIT_ATTEMPTS = 4

interface File {
  text: string
  sha: string
  url: string
}

/** The repository on GitHub that holds the registry and the rotation log. */
export function githubRepository(
  client: GithubClient,
  target: GithubTarget,
  paths: { registry: string; log: string },
): Repository {
  const { owner, repo, branch } = target
  const proposals = githubProposals(client, target, paths.registry)

  /** Null when there is no such file. The content of files above 1 MB comes only by the raw media type. */
  async function readFile(path: string): Promise<File | null> {
    const request = { owner, repo, path, ref: branch }
    try {
      const { data } = await client.rest.repos.getContent(request)
      if (Array.isArray(data) || data.type !== 'file') throw new NotReadable(`${path}: is no file`)
      const { sha } = data
      const url = data.html_url ?? ''
      if (data.encoding === 'base64')
        return { text: Buffer.from(data.content, 'base64').toString('utf8'), sha, url }
      const raw = await client.rest.repos.getContent({ ...request, mediaType: { format: 'raw' } })
      return { text: String(raw.data), sha, url }
    } catch (error) {
      if (statusOf(error) === 404 && (await branchIsVisible())) return null
      throw error
    }
  }

  // A missing file and a repository that the token may not see are both 404; only the first may be created.
  async function branchIsVisible(): Promise<boolean> {
    const { status } = await client.rest.repos.getBranch({ owner, repo, branch })
    return status === 200
  }

  /** What was read, when somebody else changed the file before the commit arrived. */
  async function commitEntry(entry: LogEntry, file: File | null): Promise<LogCommit | 'moved'> {
    if (file && hasEntry(file.text, entry)) return { fileUrl: file.url, commitUrl: null }
    try {
      const { data } = await client.rest.repos.createOrUpdateFileContents({
        owner,
        repo,
        branch,
        path: paths.log,
        message: `${entry.trigger === 'chaos-drill' ? 'DRILL ' : ''}${entry.rotation}: ${entry.event}`,
        content: Buffer.from(appendEntry(file?.text ?? null, entry), 'utf8').toString('base64'),
        ...(file ? { sha: file.sha } : {}),
        ...ONCE,
      })
      return { fileUrl: data.content?.html_url ?? '', commitUrl: data.commit.html_url ?? null }
    } catch (error) {
      // 409: the sha is stale; 422: the file came into being meanwhile. A rule of the branch answers the same, and
      // then the file is as it was.
      if (![409, 422].includes(statusOf(error))) throw error
      const now = await readFile(paths.log)
      if (now?.sha === file?.sha) throw error
      return 'moved'
    }
  }

  return {
    async readRegistry() {
      const file = await fromGithub(`The registry ${paths.registry}`, () => readFile(paths.registry))
      if (!file)
        throw new RegistryWrong(
          `The registry ${paths.registry} is not in ${owner}/${repo} on ${branch}; publish it first`,
        )
      return parseRegistry(file.text, paths.registry)
    },

    async readRegistryText() {
      const file = await fromGithub(`The registry ${paths.registry}`, () => readFile(paths.registry))
      return file?.text ?? null
    },
    findRegistryProposal: (text) => fromGithub('The pull requests', () => proposals.find(text)),
    proposeRegistry: (text, words) =>
      fromGithub('The pull request for the registry', () => proposals.open(text, words)),

    async readLog() {
      const file = await fromGithub(`The log ${paths.log}`, () => readFile(paths.log))
      return file && { text: file.text, url: file.url }
    },

    appendToLog: (entry) =>
      fromGithub(`The log entry in ${paths.log}`, async () => {
        for (let attempt = 1; attempt <= COMMIT_ATTEMPTS; attempt += 1) {
          const outcome = await commitEntry(entry, await readFile(paths.log))
          if (outcome !== 'moved') return outcome
        }
        throw new NotReadable(`The log entry in ${paths.log}: the file kept changing; it is tried again`)
      }),
  }
}
