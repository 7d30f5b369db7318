import { createHash } from 'node:crypto'
import type { RichDocument } from '#domain/ports/document'
import { divide } from '#domain/ports/document'
import { sha256 } from '#domain/rotation/evidence'
import { type GithubClient, type GithubTarget, statusOf } from './github.ts'
import { toMarkdown } from './markdown.ts'

/** Proposes a file's new content as a pull request. */
export interface Proposals {
  /** The open pull request with exactly this content, or null. */
  find(text: string): Promise<{ url: string } | null>
  /** Opens one unless it exists. Safe to repeat. */
  open(text: string, words: { title: string; body: RichDocument }): Promise<{ url: string }>
}

const BODY_LENGTH = 60_000

/** Git's hash of a content; GitHub returns it also for files too large to include. */
const blobSha = (content: Buffer): string =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')

/** The branch is named by the content, so that each content is proposed once. */
export function githubProposals(client: GithubClient, target: GithubTarget, path: string): Proposals {
  const { owner, repo, branch: base } = target
  const branchOf = (text: string) => `rotation-bot/registry-${sha256(text).slice(0, 12)}`

  async function find(text: string) {
    const head = `${owner}:${branchOf(text)}`
    const { data } = await client.rest.pulls.list({ owner, repo, base, head, state: 'open' })
    return data[0] ? { url: data[0].html_url } : null
  }

  /** Creates the branch, or resets an old one to the base. */
  async function ensureBranch(branch: string): Promise<void> {
    const { data } = await client.rest.git.getRef({ owner, repo, ref: `heads/${base}` })
    const { sha } = data.object
    if (!(await exists(() => client.rest.git.getRef({ owner, repo, ref: `heads/${branch}` })))) {
      const made = await create(branch, sha)
      if (made) return
    }
    await client.rest.git.updateRef({ owner, repo, ref: `heads/${branch}`, sha, force: true })
  }

  /** False when another process created it first. */
  async function create(branch: string, sha: string): Promise<boolean> {
    try {
      await client.rest.git.createRef({ owner, repo, ref: `refs/heads/${branch}`, sha })
      return true
    } catch (error) {
      const isThere = () => exists(() => client.rest.git.getRef({ owner, repo, ref: `heads/${branch}` }))
      if (statusOf(error) !== 422 || !(await isThere())) throw error
      return false
    }
  }

  async function ensureCommit(branch: string, text: string, message: string): Promise<void> {
    const content = Buffer.from(text, 'utf8')
    const sha = await shaOn(branch)
    if (sha === blobSha(content)) return
    await client.rest.repos.createOrUpdateFileContents({
      owner,
      repo,
      branch,
      path,
      message,
      content: content.toString('base64'),
      ...(sha ? { sha } : {}),
    })
  }

  async function shaOn(ref: string): Promise<string | null> {
    try {
      const { data } = await client.rest.repos.getContent({ owner, repo, path, ref })
      return Array.isArray(data) ? null : data.sha
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw error
    }
  }

  return {
    find,
    async open(text, { title, body }) {
      const known = await find(text)
      if (known) return known
      const head = branchOf(text)
      await ensureBranch(head)
      await ensureCommit(head, text, title)
      const [first = []] = divide(body, (part) => toMarkdown(part).length + 2, BODY_LENGTH)
      try {
        const request = { owner, repo, base, head, title, body: toMarkdown(first) }
        const { data } = await client.rest.pulls.create(request)
        return { url: data.html_url }
      } catch (error) {
        const found = statusOf(error) === 422 ? await find(text) : null
        if (found) return found
        throw error
      }
    },
  }
}

async function exists(call: () => Promise<unknown>): Promise<boolean> {
  try {
    await call()
    return true
  } catch (error) {
    if (statusOf(error) === 404) return false
    throw error
  }
}
