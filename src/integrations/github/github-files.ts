import { NotReadable } from '#domain/tokens/secret'
import { type GithubClient, type GithubTarget, statusOf } from './github.ts'

/** A file as it is on the head of a branch. */
export interface RepositoryFile {
  bytes: Uint8Array
  sha: string
  url: string
}

/** Reads a file at the head of a branch; null when there is no such file. Files above 1 MB need the raw media type. */
export async function readFile(
  client: GithubClient,
  { owner, repo, branch }: GithubTarget,
  path: string,
): Promise<RepositoryFile | null> {
  const request = { owner, repo, path, ref: branch }
  try {
    const { data } = await client.rest.repos.getContent(request)
    if (Array.isArray(data) || data.type !== 'file') throw new NotReadable(`${path}: is not a file`)
    const { sha } = data
    const url = data.html_url ?? ''
    if (data.encoding === 'base64') return { bytes: Buffer.from(data.content, 'base64'), sha, url }
    return { bytes: await readBytes(client, request), sha, url }
  } catch (error) {
    if (statusOf(error) === 404 && (await branchIsVisible(client, { owner, repo, branch }))) return null
    throw error
  }
}

/** The client itself would decode the answer, and lose what is not UTF-8. */
async function readBytes(
  client: GithubClient,
  request: { owner: string; repo: string; path: string; ref: string },
): Promise<Uint8Array> {
  const { data } = await client.rest.repos.getContent({
    ...request,
    mediaType: { format: 'raw' },
    request: { parseSuccessResponseBody: false },
  })
  return new Uint8Array(await new Response(data as unknown as ReadableStream).arrayBuffer())
}

// A missing file and an invisible repository are both 404; only the first may be created.
async function branchIsVisible(client: GithubClient, target: GithubTarget): Promise<boolean> {
  const { status } = await client.rest.repos.getBranch({ ...target })
  return status === 200
}
