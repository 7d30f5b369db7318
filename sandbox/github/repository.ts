import { createHash } from 'node:crypto'
import { REPOSITORY } from '../cast.ts'
import type { World } from '../world.ts'

export interface Person {
  login: string
  name: string
  email: string
}

/** Who the sandbox's GitHub token belongs to. */
export const BOT_ACCOUNT: Person = {
  login: 'rotation-bot',
  name: 'Rotation bot',
  email: 'rotation-bot@users.noreply.github.test',
}
/** Whoever edits files by hand. */
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
  /** What the commit changed; `blob` is null for a removed file. */
  changes: { path: string; blob: string | null }[]
}

export interface NewCommit {
  message: string
  author: Person
  /** Null removes the file. */
  changes: readonly { path: string; content: Buffer | null }[]
  date?: string
}

/** Path to blob sha. */
export type Tree = ReadonlyMap<string, string>

/** The one repository, with one branch and a straight history. */
export interface Repository {
  /** Oldest first. */
  commits(): Commit[]
  /** The commit of a branch, `refs/heads/…`, or a sha of at least seven digits. */
  resolve(ref: string): Commit | undefined
  /** The files as of a commit, or nothing before the first. */
  treeOf(commit: Commit | undefined): Tree
  head(): Commit | undefined
  blob(sha: string): Buffer
  /** Adds a commit. The commit is one document, so a file is never half-written. */
  commit(change: NewCommit): Commit
}

/** The sha that git itself gives a file's content. */
export const blobSha = (content: Buffer) =>
  createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex')

export function repositoryOf(world: World): Repository {
  const commitDocs = world.store.collection<Commit>('github.commits')
  const blobs = world.store.collection<string>('github.blobs')
  const head = () => commitDocs.all().at(-1)

  function resolve(ref: string): Commit | undefined {
    const name = ref.replace(/^(refs\/)?heads\//, '')
    if (name === REPOSITORY.branch || name === 'HEAD') return head()
    if (!/^[0-9a-f]{7,40}$/.test(ref)) return undefined
    return commitDocs.all().find((commit) => commit.sha.startsWith(ref))
  }

  function treeOf(commit: Commit | undefined): Tree {
    const commits = commitDocs.all()
    const upTo = commits.findIndex((one) => one.sha === commit?.sha)
    const tree = new Map<string, string>()
    for (const change of commits.slice(0, upTo + 1).flatMap((one) => one.changes)) {
      if (change.blob === null) tree.delete(change.path)
      else tree.set(change.path, change.blob)
    }
    return tree
  }

  function commit(change: NewCommit): Commit {
    const changes = change.changes.map(({ path, content }) => {
      if (content === null) return { path, blob: null }
      const sha = blobSha(content)
      blobs.put(sha, content.toString('base64'))
      return { path, blob: sha }
    })
    const body = {
      parent: head()?.sha ?? null,
      message: change.message,
      author: change.author,
      date: change.date ?? world.clock.now().toISOString(),
      changes,
    }
    const sha = createHash('sha1').update(JSON.stringify(body)).digest('hex')
    const made = commitDocs.put(sha, { sha, ...body })
    world.changed('repository')
    return made
  }

  return {
    commits: () => commitDocs.all(),
    resolve,
    treeOf,
    head,
    blob: (sha) => Buffer.from(blobs.get(sha) ?? '', 'base64'),
    commit,
  }
}

/** A file's text at the newest commit, or undefined when there is no such file. */
export function readText(repository: Repository, path: string): string | undefined {
  const sha = repository.treeOf(repository.head()).get(path)
  return sha === undefined ? undefined : repository.blob(sha).toString('utf8')
}
