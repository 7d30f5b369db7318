import type { LogCommit, Repository } from '#domain/ports/systems'
import { appendEntry, hasEntry, LogBroken } from '#domain/rotation/log-file'
import { type SigningKeys, sealerOf } from '#domain/rotation/log-keys'
import type { LogEntry } from '#domain/rotation/rotation-log'
import { NotReadable } from '#domain/tokens/secret'
import { decodeText } from './decode-text.ts'
import { fromGithub, type GithubClient, type GithubTarget, statusOf } from './github.ts'
import { type RepositoryFile, readFile } from './github-files.ts'

// When others keep committing, the outbox retries later.
const COMMIT_ATTEMPTS = 4

const SAVE_AS_UTF8 = 'Save the file as UTF-8; the bot leaves it as it is until then.'

const commitMessage = ({ trigger, rotation, event }: LogEntry): string =>
  `${trigger === 'chaos-drill' ? 'DRILL ' : ''}${rotation ? `${rotation}: ` : ''}${event}`

/** The rotation log in a repository. */
export function githubLog(
  client: GithubClient,
  target: GithubTarget,
  path: string,
  keys: SigningKeys,
): Pick<Repository, 'readLog' | 'appendToLog'> {
  const { owner, repo, branch } = target
  const place = { repository: `${owner}/${repo}`, branch, path }
  const read = () => readFile(client, target, path)
  const textOf = ({ bytes }: RepositoryFile) =>
    decodeText(
      bytes,
      (line) => new LogBroken(`The rotation log ${path} is not UTF-8 on line ${line}`, SAVE_AS_UTF8),
    )

  /** As the file was last seen: GitHub takes a commit only onto the same content. */
  let lastSeen: RepositoryFile | null = null

  /** `moved` when the file changed before the commit arrived. */
  async function commitEntry(entry: LogEntry, file: RepositoryFile | null): Promise<LogCommit | 'moved'> {
    const text = file && textOf(file)
    if (file && hasEntry(text ?? '', entry)) return { fileUrl: file.url, commitUrl: null }
    // Sealed onto the file that was just read: after a conflict it is another seal.
    const next = appendEntry(text, entry, sealerOf(keys, place, entry.event))
    try {
      const { data } = await client.rest.repos.createOrUpdateFileContents({
        owner,
        repo,
        branch,
        path,
        message: commitMessage(entry),
        content: Buffer.from(next, 'utf8').toString('base64'),
        ...(file ? { sha: file.sha } : {}),
      })
      const fileUrl = data.content?.html_url ?? ''
      if (data.content?.sha)
        lastSeen = { bytes: Buffer.from(next, 'utf8'), sha: data.content.sha, url: fileUrl }
      return { fileUrl, commitUrl: data.commit.html_url ?? null }
    } catch (error) {
      // 409: stale sha; 422: the file was created meanwhile. Branch rules return the same, but then the file
      // is unchanged.
      if (![409, 422].includes(statusOf(error))) throw error
      const now = await read()
      if (now?.sha === file?.sha) throw error
      return 'moved'
    }
  }

  return {
    async readLog() {
      lastSeen = await fromGithub(`The log ${path}`, read)
      return lastSeen && { text: textOf(lastSeen), url: lastSeen.url }
    },

    appendToLog: (entry) =>
      fromGithub(`The log entry in ${path}`, async () => {
        for (let attempt = 1; attempt <= COMMIT_ATTEMPTS; attempt += 1) {
          const remembered = lastSeen
          lastSeen = null
          const outcome = await commitEntry(entry, remembered ?? (await read()))
          // An entry that was seen there earlier may have been removed since.
          const isCertain = outcome !== 'moved' && (outcome.commitUrl !== null || remembered === null)
          if (isCertain) return outcome
        }
        throw new NotReadable(`The log entry in ${path}: the file kept changing; the bot will retry`)
      }),
  }
}
