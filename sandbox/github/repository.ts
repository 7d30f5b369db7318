import { createHash } from 'node:crypto'
import { REPOSITORY } from '#sandbox/demo-users'
import type { World } from '../world.ts'

export interface Person {
  login: string
  name: string
  email: string
}

/** The account of the bot's GitHub token. */
export const BOT_ACCOUNT: Person = {
  login: 'rotation-bot',
  name: 'Rotation bot',
  email: 'rotation-bot@users.noreply.github.test',
}
/** The account behind all edits by hand. */
export const OPERATOR_ACCOUNT: Person = {
  login: 'operator',
  name: 'On-call operator',
  email: 'operator@flashfusion.test',
}

export interface Commit {
  sha: string
  parent: string | null
  message: string
  author: Person
  date: string
  /** `blob` is null for a removed file. */
  changes: { path: string; blob: string | null }[]
}

export interface NewCommit {
  message: string
  author: Person
  /** Null removes the file. */
  changes: readonly { path: string; content: Buffer | null }[]
  date?: string
  /** Default branch when absent. */
  branch?: string
}

export type Tree = ReadonlyMap<string, string>

/** One repository with branches that have linear histories. */
export interface Repository {
  /** Commits of the default branch, oldest first. */
  commits(): Commit[]
  /** A commit with its ancestors, oldest first. */
  history(commit: Commit | undefined): Commit[]
  /** Accepts a branch, `refs/heads/…`, or a sha of at least seven digits. */
  resolve(ref: string): Commit | undefined
  /** Files by path; empty before the first commit. */
  treeOf(commit: Commit | undefined): Tree
  /** Newest commit of a branch; default branch when absent. */
  head(branch?: string): Commit | undefined
  /** Branch names, the default branch first. */
  branches(): string[]
  branch(name: string, commit: Commit): void
  blob(sha: string): Buffer
  /** A commit is one document, so a file is never half-written. */
  commit(change: NewCommit): Commit
  /** A commit without a parent, on no branch yet. */
  orphan(change: NewCommit): Commit
}

/** Git's own blob sha. */
export const blobSha = (content: Buffer) =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')

export function repositoryOf(world: World): Repository {
  const commitDocs = world.store.collection<Commit>('github.commits')
  const blobs = world.store.collection<string>('github.blobs')
  const heads = world.store.collection<{ name: string; sha: string }>('github.heads')
  const head = (branch: string = REPOSITORY.branch) => {
    const sha = heads.get(branch)?.sha
    return sha === undefined ? undefined : commitDocs.get(sha)
  }

  function history(commit: Commit | undefined): Commit[] {
    const found: Commit[] = []
    for (let each = commit; each; each = each.parent ? commitDocs.get(each.parent) : undefined)
      found.push(each)
    return found.reverse()
  }

  function resolve(ref: string): Commit | undefined {
    const name = ref.replace(/^(refs\/)?heads\//, '')
    if (name === 'HEAD') return head()
    const ofBranch = head(name)
    if (ofBranch) return ofBranch
    if (!/^[0-9a-f]{7,40}$/.test(ref)) return undefined
    return commitDocs.all().find((commit) => commit.sha.startsWith(ref))
  }

  function treeOf(commit: Commit | undefined): Tree {
    const tree = new Map<string, string>()
    for (const change of history(commit).flatMap((one) => one.changes)) {
      if (change.blob === null) tree.delete(change.path)
      else tree.set(change.path, change.blob)
    }
    return tree
  }

  function make(change: NewCommit, parent: string | null): Commit {
    const changes = change.changes.map(({ path, content }) => {
      if (content === null) return { path, blob: null }
      const sha = blobSha(content)
      blobs.put(sha, content.toString('base64'))
      return { path, blob: sha }
    })
    const body = {
      parent,
      message: change.message,
      author: change.author,
      date: change.date ?? world.clock.now().toISOString(),
      changes,
    }
    const sha = createHash('sha1').update(JSON.stringify(body)).digest('hex')
    return commitDocs.put(sha, { sha, ...body })
  }

  function commit(change: NewCommit): Commit {
    const branch = change.branch ?? REPOSITORY.branch
    const made = make(change, head(branch)?.sha ?? null)
    const { sha } = made
    heads.put(branch, { name: branch, sha })
    world.changed('repository')
    return made
  }

  return {
    commits: () => history(head()),
    history,
    resolve,
    treeOf,
    head,
    branches: () => [
      REPOSITORY.branch,
      ...heads.all().flatMap(({ name }) => (name === REPOSITORY.branch ? [] : [name])),
    ],
    branch(name, { sha }) {
      const main = head()
      if (main) heads.put(REPOSITORY.branch, { name: REPOSITORY.branch, sha: main.sha })
      heads.put(name, { name, sha })
      world.changed('repository')
    },
    blob: (sha) => Buffer.from(blobs.get(sha) ?? '', 'base64'),
    commit,
    orphan: (change) => make(change, null),
  }
}

/** The text of a file at the newest commit; undefined when there is none. */
export function readText(repository: Repository, path: string): string | undefined {
  const sha = repository.treeOf(repository.head()).get(path)
  return sha === undefined ? undefined : repository.blob(sha).toString('utf8')
}
