import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { REPOSITORY } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { addConflictingCommit } from './add-conflicting-commit.ts'
import { commitSummary } from './commit-json.ts'
import { GithubError, missingField, notFound, unprocessable } from './github-error.ts'
import { linksOf } from './links.ts'
import {
  BOT_ACCOUNT,
  type Commit,
  type Person,
  type Repository,
  repositoryOf,
  type Tree,
} from './repository.ts'
import { pathAfter, readBody } from './request.ts'
import { branchRules } from './rules.ts'

/** Above this size the JSON answer omits the content (REST API docs, "Get repository content"). */
const INLINE_BYTES = 1_000_000
const BASE64_LINE = 60

const personField = z.object({ name: z.string(), email: z.string() }).optional()
const writeSchema = z.object({
  message: z.string().optional(),
  content: z.string().optional(),
  sha: z.string().optional(),
  branch: z.string().optional(),
  author: personField,
  committer: personField,
})

/** Files of the repository: `GET`, `PUT` and `DELETE …/contents/{path}`. */
export function contentsRoutes(world: World): Hono {
  const routes = new Hono()
  const repository = repositoryOf(world)

  routes.on('GET', ['/contents', '/contents/*'], (c) => {
    const path = pathAfter(c, '/contents')
    const ref = c.req.query('ref') ?? REPOSITORY.branch
    const commit = repository.resolve(ref)
    if (!commit) throw notFound(`No commit found for the ref ${ref}`)
    const tree = repository.treeOf(commit)
    const sha = tree.get(path)
    if (sha !== undefined) return sendFile(c, world, path, sha, repository.blob(sha))
    return c.json(directory(world, repository, tree, path))
  })

  routes.put('/contents/*', async (c) => {
    const path = pathAfter(c, '/contents')
    const body = await readBody(c, writeSchema, 'Content')
    const content = checkedContent(body, path)
    const branch = checkedBranch(repository, body.branch)
    checkRules(world, branch)
    if (branch === REPOSITORY.branch) addConflictingCommit(world, repository, path, body.sha)
    const existing = repository.treeOf(repository.head(branch)).get(path)
    // GitHub ignores a sha for a file that does not exist.
    if (existing !== undefined) checkSha(path, existing, body.sha)
    const commit = write(repository, body, path, content, branch)
    const sha = commit.changes[0]?.blob ?? ''
    const { content: _, encoding: __, ...entry } = fileJson(world, path, sha, content)
    return c.json(
      { content: entry, commit: commitSummary(world, commit) },
      existing === undefined ? 201 : 200,
    )
  })

  routes.delete('/contents/*', async (c) => {
    const path = pathAfter(c, '/contents')
    const body = await readBody(c, writeSchema, 'Content')
    const given = { ...body, ...definedOnly(c.req.query()) }
    if (given.message === undefined) throw missingField('message')
    const branch = checkedBranch(repository, given.branch)
    checkRules(world, branch)
    const existing = repository.treeOf(repository.head(branch)).get(path)
    if (existing === undefined) throw notFound()
    checkSha(path, existing, given.sha)
    const commit = write(repository, given, path, null, branch)
    return c.json({ content: null, commit: commitSummary(world, commit) })
  })

  return routes
}

type WriteRequest = z.output<typeof writeSchema>

/** `DELETE` also accepts its parameters in the query. */
const definedOnly = (
  query: Record<string, string>,
): Partial<Pick<WriteRequest, 'message' | 'sha' | 'branch'>> =>
  Object.fromEntries(Object.entries(query).filter(([key]) => ['message', 'sha', 'branch'].includes(key)))

function checkedContent(body: WriteRequest, path: string): Buffer {
  if (body.message === undefined) throw missingField('message')
  if (body.content === undefined) throw missingField('content')
  if (path === '' || path.split('/').some((part) => ['', '.', '..', '.git'].includes(part))) {
    throw unprocessable('path contains a malformed path component')
  }
  const text = body.content.replace(/\s/g, '')
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(text) || text.length % 4 !== 0)
    throw unprocessable('content is not valid Base64')
  return Buffer.from(text, 'base64')
}

function checkedBranch(repository: Repository, given: string | undefined): string {
  const branch = (given ?? REPOSITORY.branch).replace(/^refs\/heads\//, '')
  if (!repository.head(branch)) throw notFound(`Branch ${given} not found`)
  return branch
}

/** @throws GithubError 409 when a branch rule forbids the write */
function checkRules(world: World, branch: string): void {
  if (branchRules(world, branch).length > 0)
    throw new GithubError(
      409,
      'Repository rule violations found\n\nChanges must be made through a pull request.\n\n',
    )
}

function checkSha(path: string, existing: string, given: string | undefined): void {
  if (given === undefined) throw missingField('sha')
  if (given !== existing) throw new GithubError(409, `${path} does not match ${given}`)
}

function write(
  repository: Repository,
  body: WriteRequest,
  path: string,
  content: Buffer | null,
  branch: string,
): Commit {
  const author: Person = { ...BOT_ACCOUNT, ...(body.author ?? body.committer) }
  return repository.commit({ message: body.message ?? '', author, changes: [{ path, content }], branch })
}

function sendFile(c: Context, world: World, path: string, sha: string, content: Buffer): Response {
  const raw = /application\/vnd\.github\.(v3\.)?raw/.test(c.req.header('accept') ?? '')
  if (!raw) return c.json(fileJson(world, path, sha, content))
  return c.body(new Uint8Array(content), 200, {
    'content-type': 'application/vnd.github.raw+json; charset=utf-8',
  })
}

function fileJson(world: World, path: string, sha: string, content: Buffer) {
  const inline = content.length <= INLINE_BYTES
  return {
    ...entryJson(world, path, 'file', sha, content.length),
    content: inline ? base64Lines(content) : '',
    encoding: inline ? 'base64' : 'none',
  }
}

const base64Lines = (content: Buffer) =>
  content.toString('base64').replace(new RegExp(`.{1,${BASE64_LINE}}`, 'g'), (line) => `${line}\n`)

function directory(world: World, repository: Repository, tree: Tree, path: string): object[] {
  const prefix = path === '' ? '' : `${path}/`
  const below = [...tree].filter(([file]) => file.startsWith(prefix))
  if (below.length === 0) throw notFound()
  const names = new Set(below.map(([file]) => file.slice(prefix.length).split('/')[0]!))
  return [...names].toSorted().map((name) => {
    const full = prefix + name
    const sha = tree.get(full)
    // Any stable sha will do for a directory.
    return sha === undefined
      ? entryJson(world, full, 'dir', below[0]![1], 0)
      : entryJson(world, full, 'file', sha, repository.blob(sha).length)
  })
}

function entryJson(world: World, path: string, type: 'file' | 'dir', sha: string, size: number) {
  const links = linksOf(world)
  const url = links.api(`/contents/${encodeURI(path)}?ref=${REPOSITORY.branch}`)
  const git_url = links.api(`/git/${type === 'file' ? 'blobs' : 'trees'}/${sha}`)
  const html_url = links.file(path)
  return {
    name: path.split('/').at(-1) ?? '',
    path,
    sha,
    size,
    type,
    url,
    git_url,
    html_url,
    download_url: null,
    _links: { self: url, git: git_url, html: html_url },
  }
}
