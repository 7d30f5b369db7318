import type { World } from '../world.ts'
import { accountJson } from './commit-json.ts'
import { linksOf } from './links.ts'
import { wholeSeconds } from './request.ts'
import { type Comment, type Issue, issuesOf } from './tracker.ts'

export function issueJson(world: World, issue: Issue): object {
  const links = linksOf(world)
  const url = links.api(`/issues/${issue.number}`)
  return {
    id: 10_000 + issue.number,
    number: issue.number,
    url,
    html_url: links.issue(issue.number),
    comments_url: `${url}/comments`,
    repository_url: links.api(''),
    title: issue.title,
    body: issue.body,
    state: issue.state,
    state_reason: issue.stateReason,
    labels: issue.labels.map((label) => labelJson(world, label)),
    user: accountJson(issue.author),
    assignees: [],
    comments: issuesOf(world).comments(issue.number).length,
    locked: false,
    created_at: wholeSeconds(issue.createdAt),
    updated_at: wholeSeconds(issue.updatedAt),
    closed_at: issue.closedAt && wholeSeconds(issue.closedAt),
  }
}

export function commentJson(world: World, comment: Comment): object {
  const links = linksOf(world)
  return {
    id: comment.id,
    url: links.api(`/issues/comments/${comment.id}`),
    html_url: links.comment(comment.issue, comment.id),
    issue_url: links.api(`/issues/${comment.issue}`),
    body: comment.body,
    user: accountJson(comment.author),
    created_at: wholeSeconds(comment.createdAt),
    updated_at: wholeSeconds(comment.updatedAt),
  }
}

export const labelJson = (world: World, name: string) => ({
  url: linksOf(world).api(`/labels/${encodeURIComponent(name)}`),
  name,
  color: 'ededed',
  default: false,
  description: null,
})
