import type { World } from '../world.ts'

/** A document of Atlassian's format, as it was sent. */
export interface Adf {
  type: string
  [key: string]: unknown
}

export interface JiraIssue {
  key: string
  summary: string
  labels: string[]
  /** Category of its status: `new`, `indeterminate` or `done`. */
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

/** Comments in the order in which they were written. */
export const jiraCommentsOf = (world: World) => world.store.collection<JiraComment>('jira.comments')
