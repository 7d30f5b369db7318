import type { World } from '../world.ts'
import { notFound, validationFailed } from './github-error.ts'
import type { Person } from './repository.ts'

export interface Issue {
  number: number
  title: string
  body: string | null
  state: 'open' | 'closed'
  stateReason: string | null
  labels: string[]
  author: Person
  createdAt: string
  updatedAt: string
  closedAt: string | null
}

export interface Comment {
  id: number
  issue: number
  body: string
  author: Person
  createdAt: string
  updatedAt: string
}

/** Issues, comments and labels. */
export interface Tracker {
  issues(): Issue[]
  /** @throws GithubError 404 */
  issue(number: number): Issue
  open(issue: Pick<Issue, 'title' | 'body' | 'labels' | 'author'>): Issue
  change(
    issue: Issue,
    change: Partial<Pick<Issue, 'title' | 'body' | 'labels' | 'state' | 'stateReason'>>,
  ): Issue
  comments(issue: number): Comment[]
  /** @throws GithubError 404 */
  commentById(id: number): Comment
  comment(issue: Issue, body: string, author: Person): Comment
  editComment(comment: Comment, body: string): Comment
  labels(): string[]
  /** @throws GithubError 422 when the label exists */
  addLabel(name: string): string
}

export function issuesOf(world: World): Tracker {
  const { store } = world
  const issues = store.collection<Issue>('github.issues')
  const comments = store.collection<Comment>('github.comments')
  const labels = store.collection<string>('github.labels')
  const now = () => world.clock.now().toISOString()

  function saveIssue(issue: Issue): Issue {
    // GitHub creates an unknown label for anybody with push access.
    for (const label of issue.labels) if (!labels.get(label)) labels.put(label, label)
    issues.put(String(issue.number), issue)
    world.changed('repository')
    return issue
  }

  function saveComment(comment: Comment): Comment {
    comments.put(String(comment.id), comment)
    world.changed('repository')
    return comment
  }

  return {
    issues: () => issues.all(),
    issue(number) {
      const issue = issues.get(String(number))
      if (!issue) throw notFound()
      return issue
    },
    open({ title, body, labels: own, author }) {
      const at = now()
      const number = store.next('github.issue')
      const state = { state: 'open', stateReason: null, closedAt: null } as const
      return saveIssue({
        number,
        title,
        body,
        labels: [...new Set(own)],
        author,
        ...state,
        createdAt: at,
        updatedAt: at,
      })
    },
    change(issue, change) {
      const at = now()
      const changed = { ...issue, ...change, updatedAt: at }
      const closedAt = changed.state === 'open' ? null : (issue.closedAt ?? at)
      return saveIssue({ ...changed, closedAt })
    },
    comments: (issue) => comments.all().filter((comment) => comment.issue === issue),
    commentById(id) {
      const comment = comments.get(String(id))
      if (!comment) throw notFound()
      return comment
    },
    comment(issue, body, author) {
      const at = now()
      const id = store.next('github.comment')
      issues.put(String(issue.number), { ...issue, updatedAt: at })
      return saveComment({ id, issue: issue.number, body, author, createdAt: at, updatedAt: at })
    },
    editComment: (comment, body) => saveComment({ ...comment, body, updatedAt: now() }),
    labels: () => labels.all(),
    addLabel(name) {
      const taken = labels.all().some((label) => label.toLowerCase() === name.toLowerCase())
      if (taken) throw validationFailed({ resource: 'Label', field: 'name', code: 'already_exists' })
      return labels.put(name, name)
    },
  }
}
