import type { World } from '../world.ts'
import { linksOf } from './links.ts'
import type { Commit, Person, Repository } from './repository.ts'
import { wholeSeconds } from './request.ts'

/** A commit in the answer of `PUT …/contents`. */
export function commitSummary(world: World, commit: Commit): object {
  const links = linksOf(world)
  const signature = { name: commit.author.name, email: commit.author.email, date: wholeSeconds(commit.date) }
  return {
    sha: commit.sha,
    url: links.api(`/git/commits/${commit.sha}`),
    html_url: links.commit(commit.sha),
    message: commit.message,
    author: signature,
    committer: signature,
    parents: parents(world, commit),
  }
}

/** A commit in the list of `GET …/commits`. */
export function commitJson(world: World, commit: Commit): object {
  const links = linksOf(world)
  const signature = { name: commit.author.name, email: commit.author.email, date: wholeSeconds(commit.date) }
  return {
    sha: commit.sha,
    url: links.api(`/commits/${commit.sha}`),
    html_url: links.commit(commit.sha),
    commit: {
      url: links.api(`/git/commits/${commit.sha}`),
      message: commit.message,
      author: signature,
      committer: signature,
      comment_count: 0,
    },
    author: accountJson(commit.author),
    committer: accountJson(commit.author),
    parents: parents(world, commit),
  }
}

/** A commit with its files, as in `GET …/commits/{ref}`. */
export function commitWithFiles(world: World, repository: Repository, commit: Commit): object {
  const before = repository.treeOf(commit.parent === null ? undefined : repository.resolve(commit.parent))
  const files = commit.changes.map(({ path, blob }) => {
    const old = before.get(path)
    const text = (sha: string | null | undefined) => (sha ? repository.blob(sha).toString('utf8') : '')
    return {
      filename: path,
      sha: blob,
      status: blob === null ? 'removed' : old === undefined ? 'added' : 'modified',
      ...lineCounts(text(old), text(blob)),
      contents_url: linksOf(world).api(`/contents/${encodeURI(path)}?ref=${commit.sha}`),
    }
  })
  const total = (key: 'additions' | 'deletions') => files.reduce((sum, file) => sum + file[key], 0)
  const stats = { additions: total('additions'), deletions: total('deletions') }
  return {
    ...commitJson(world, commit),
    stats: { ...stats, total: stats.additions + stats.deletions },
    files,
  }
}

function lineCounts(old: string, now: string): { additions: number; deletions: number; changes: number } {
  const [a, b] = [linesOf(old), linesOf(now)]
  let start = 0
  while (start < Math.min(a.length, b.length) && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++
  const additions = b.length - start - end
  const deletions = a.length - start - end
  return { additions, deletions, changes: additions + deletions }
}

const linesOf = (text: string) => (text === '' ? [] : text.replace(/\n$/, '').split('\n'))

const parents = (world: World, commit: Commit) =>
  commit.parent === null
    ? []
    : [
        {
          sha: commit.parent,
          url: linksOf(world).api(`/commits/${commit.parent}`),
          html_url: linksOf(world).commit(commit.parent),
        },
      ]

/** An account as shown beside commits, issues and runs. */
export const accountJson = (person: Person) => ({
  login: person.login,
  id: [...person.login].reduce((sum, char) => sum * 31 + char.charCodeAt(0), 7) % 1_000_000,
  type: person.login.endsWith('-bot') ? 'Bot' : 'User',
  site_admin: false,
})
