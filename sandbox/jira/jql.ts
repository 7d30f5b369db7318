import type { JiraIssue } from './issues.ts'
import { JiraProblem } from './jira-problem.ts'

const CLAUSE = /^(labels|summary|project)\s*(=|~)\s*"((?:[^"\\]|\\.)*)"$/i

const unquote = (text: string): string => text.replace(/\\(.)/g, '$1')

/**
 * Supports `labels =`, `summary ~` and `project =`, joined by OR, and an order. As in Jira, an unbounded
 * query is refused.
 */
export function searchIssues(issues: JiraIssue[], jql: string): JiraIssue[] {
  const [restriction = '', order = ''] = jql.split(/\s*\border\s+by\b\s*/i)
  if (restriction.trim() === '')
    throw new JiraProblem(400, [
      'Unbounded JQL queries are not allowed here. Please add a search restriction to your query.',
    ])
  const tests = restriction
    .trim()
    .split(/\s+OR\s+/i)
    .map(testOf)
  const found = issues.filter((issue) => tests.some((test) => test(issue)))
  const ascending = found.toSorted((a, b) => a.createdAt.localeCompare(b.createdAt))
  return /\bdesc\b/i.test(order) ? ascending.reverse() : ascending
}

function testOf(clause: string): (issue: JiraIssue) => boolean {
  const [, field = '', operator = '', quoted = ''] = CLAUSE.exec(clause.trim()) ?? []
  const value = unquote(quoted)
  const name = `${field.toLowerCase()} ${operator}`
  if (name === 'labels =') return (issue) => issue.labels.includes(value)
  if (name === 'project =') return (issue) => issue.key.startsWith(`${value}-`)
  if (name === 'summary ~') return (issue) => containsText(issue.summary, value)
  throw new JiraProblem(400, [`Error in the JQL Query: ${clause.slice(0, 80)} is not understood.`])
}

/** Words in any order, quoted phrases exactly. Punctuation separates words, as in Jira's index. */
function containsText(summary: string, value: string): boolean {
  const words = (text: string) =>
    ` ${text
      .toLowerCase()
      .split(/[^\p{L}\p{N}]+/u)
      .filter(Boolean)
      .join(' ')} `
  const phrase = /^"(.*)"$/.exec(value)?.[1]
  if (phrase !== undefined) return words(summary).includes(words(phrase))
  return words(value)
    .trim()
    .split(' ')
    .every((word) => words(summary).includes(` ${word} `))
}
