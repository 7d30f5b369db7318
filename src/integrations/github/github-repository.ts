import type { LogCommit, Repository } from '#domain/ports/systems'
import { appendEntry, hasEntry, LogBroken } from '#domain/rotation/log-file'
import type { LogEntry } from '#domain/rotation/rotation-log'
import { parseRegistry } from '#domain/tokens/parse-registry'
import { RegistryWrong } from '#domain/tokens/registry'
import { REGISTRY_BYTES, TOO_LARGE } from '#domain/tokens/registry-yaml'
import { NotReadable } from '#domain/tokens/secret'
import type { NameFault } from '#domain/tokens/secret-name'
import { censor } from '#redaction/censor'
import { decodeText } from './decode-text.ts'
import { fromGithub, type GithubClient, type GithubTarget, statusOf } from './github.ts'
import { githubProposals } from './github-proposals.ts'

// When others keep committing, the outbox retries later.
const COMMIT_ATTEMPTS = 4

const SAVE_AS_UTF8 = 'Save the file as UTF-8; the bot leaves it as it is until then.'

interface File {
  bytes: Uint8Array
  sha: string
  url: string
}

const commitMessage = ({ trigger, rotation, event }: LogEntry): string =>
  `${trigger === 'chaos-drill' ? 'DRILL ' : ''}${rotation ? `${rotation}: ` : ''}${event}`

/** The repository with the registry and the rotation log. */
export function githubRepository(
  client: GithubClient,
  target: GithubTarget,
  paths: { registry: string; log: string },
  nameFault?: NameFault,
): Repository {
  const { owner, repo, branch } = target
  const proposals = githubProposals(client, target, paths.registry)

  /** Null when there is no such file. Files above 1 MB need the raw media type. */
  async function readFile(path: string): Promise<File | null> {
    const request = { path, ref: branch }
    try {
      const { data } = await client.rest.repos.getContent({ owner, repo, ...request })
      if (Array.isArray(data) || data.type !== 'file') throw new NotReadable(`${path}: is not a file`)
      const { sha } = data
      const url = data.html_url ?? ''
      if (data.encoding === 'base64') return { bytes: Buffer.from(data.content, 'base64'), sha, url }
      return { bytes: await readBytes(request), sha, url }
    } catch (error) {
      if (statusOf(error) === 404 && (await branchIsVisible())) return null
      throw error
    }
  }

  /** The client itself would decode the answer, and lose what is not UTF-8. */
  async function readBytes(request: { path: string; ref: string }): Promise<Uint8Array> {
    const { data } = await client.rest.repos.getContent({
      owner,
      repo,
      ...request,
      mediaType: { format: 'raw' },
      request: { parseSuccessResponseBody: false },
    })
    return new Uint8Array(await new Response(data as unknown as ReadableStream).arrayBuffer())
  }

  // A missing file and an invisible repository are both 404; only the first may be created.
  async function branchIsVisible(): Promise<boolean> {
    const { status } = await client.rest.repos.getBranch({ owner, repo, branch })
    return status === 200
  }

  const notUtf8 = (what: string, line: number) => `${what} is not UTF-8 on line ${line}`
  const logText = ({ bytes }: File) =>
    decodeText(bytes, (line) => new LogBroken(notUtf8(`The rotation log ${paths.log}`, line), SAVE_AS_UTF8))
  const registryText = ({ bytes }: File) => {
    if (bytes.byteLength > REGISTRY_BYTES)
      throw new RegistryWrong(`The registry ${paths.registry} ${TOO_LARGE}`)
    return decodeText(
      bytes,
      (line) => new RegistryWrong(`${notUtf8(`The registry ${paths.registry}`, line)}. ${SAVE_AS_UTF8}`),
    )
  }

  /** `moved` when the file changed before the commit arrived. */
  async function commitEntry(entry: LogEntry, file: File | null): Promise<LogCommit | 'moved'> {
    const text = file && logText(file)
    if (file && hasEntry(text ?? '', entry)) return { fileUrl: file.url, commitUrl: null }
    try {
      const { data } = await client.rest.repos.createOrUpdateFileContents({
        owner,
        repo,
        branch,
        path: paths.log,
        message: commitMessage(entry),
        content: Buffer.from(appendEntry(text, entry), 'utf8').toString('base64'),
        ...(file ? { sha: file.sha } : {}),
      })
      return { fileUrl: data.content?.html_url ?? '', commitUrl: data.commit.html_url ?? null }
    } catch (error) {
      // 409: stale sha; 422: the file was created meanwhile. Branch rules return the same, but then the file
      // is unchanged.
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
      const tokens = parseRegistry(registryText(file), paths.registry, nameFault)
      return tokens.map((token) => ({ ...token, owner: censor(token.owner) }))
    },

    async readRegistryText() {
      const file = await fromGithub(`The registry ${paths.registry}`, () => readFile(paths.registry))
      return file && registryText(file)
    },
    findRegistryProposal: (text) => fromGithub('The pull requests', () => proposals.find(text)),
    proposeRegistry: (text, words) =>
      fromGithub('The pull request for the registry', () => proposals.open(text, words)),

    async readLog() {
      const file = await fromGithub(`The log ${paths.log}`, () => readFile(paths.log))
      return file && { text: logText(file), url: file.url }
    },

    appendToLog: (entry) =>
      fromGithub(`The log entry in ${paths.log}`, async () => {
        for (let attempt = 1; attempt <= COMMIT_ATTEMPTS; attempt += 1) {
          const outcome = await commitEntry(entry, await readFile(paths.log))
          if (outcome !== 'moved') return outcome
        }
        throw new NotReadable(`The log entry in ${paths.log}: the file kept changing; the bot will retry`)
      }),
  }
}
