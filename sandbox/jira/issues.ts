import type { World } from '../world.ts'

/** An Atlassian document, as it was sent. */
export interface Adf {
  type: string
  [key: string]: unknown
}

export interface JiraIssue {
  key: string
  summary: string
  labels: string[]
  category: 'new' | 'indeterminate' | 'done'
  createdAt: string
}

export interface JiraComment {
  id: string
  issue: string
  body: Adf
  createdAt: string
}

export const jiraIssuesOf = (world: World) => world.store.collection<JiraIssue>('jira.issues')

/** Oldest first. */
export const jiraCommentsOf = (world: World) => world.store.collection<JiraComment>('jira.comments')
