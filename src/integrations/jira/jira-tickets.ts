import { z } from 'zod'
import { divide, type RichDocument } from '#domain/ports/document'
import type { Ticket, Tickets } from '#domain/ports/systems'
import { NotReadable } from '#domain/tokens/secret'
import { assemble, type Written, writeMissing } from '#integrations/marked-comments'
import { namesTicket } from '#integrations/names-ticket'
import { type AdfNode, lastCode, linksInAdf, toAdf } from './adf.ts'
import { callJira, fromJira, type JiraAccess, jiraStatus } from './jira.ts'

// Jira's limit is 32,767 characters; how it counts a document is not documented, so all of its JSON counts
// here.
const COMMENT_LENGTH = 30_000
const PAGE = 100

const issueSchema = z.object({
  key: z.string(),
  fields: z.object({
    summary: z.string(),
    labels: z.array(z.string()).default([]),
    status: z.object({ statusCategory: z.object({ key: z.string() }) }),
  }),
})
const searchSchema = z.object({
  issues: z.array(issueSchema),
  isLast: z.boolean().default(true),
  nextPageToken: z.string().nullish(),
})
const adfSchema: z.ZodType<AdfNode> = z.lazy(() =>
  z.looseObject({
    type: z.string(),
    text: z.string().optional(),
    attrs: z.record(z.string(), z.unknown()).optional(),
    marks: z
      .array(z.looseObject({ type: z.string(), attrs: z.record(z.string(), z.unknown()).optional() }))
      .optional(),
    content: z.array(adfSchema).optional(),
  }),
) as z.ZodType<AdfNode>
const commentSchema = z.object({ id: z.string(), body: adfSchema })
const commentsSchema = z.object({ comments: z.array(commentSchema), total: z.number() })

type Issue = z.output<typeof issueSchema>

const KEY = /^[A-Z][A-Z0-9_]+-\d+$/
const FIELDS = ['summary', 'labels', 'status']

/**
 * The ticket is an issue's key, or a text in its labels or summary. Issues are never created, because
 * project, type and required fields are the team's choice.
 *
 * @param ticket such as `OPS-7` or `OPS-DEVOPS-ROTATION`
 */
export function jiraTickets(access: JiraAccess, ticket: string): Tickets {
  const what = `The ticket ${ticket} in Jira`
  const pathOf = (key: string) => `/issue/${encodeURIComponent(key)}`

  async function byKey(): Promise<Issue | undefined> {
    try {
      return issueSchema.parse(await callJira(access, `${pathOf(ticket)}?fields=${FIELDS.join(',')}`))
    } catch (error) {
      if (jiraStatus(error) === 404) return undefined
      throw error
    }
  }

  async function bySearch(): Promise<Issue | undefined> {
    const quoted = ticket.replace(/[\\"]/g, '\\$&')
    // Labels have no spaces; a phrase after `~` needs its own quotes.
    const label = /\s/.test(ticket) ? '' : `labels = "${quoted}" OR `
    const jql = `${label}summary ~ "\\"${quoted.replace(/\\/g, '\\\\')}\\"" ORDER BY created ASC`
    const issues: Issue[] = []
    let nextPageToken: string | null | undefined
    do {
      const request = { jql, fields: FIELDS, maxResults: PAGE, ...(nextPageToken ? { nextPageToken } : {}) }
      const page = searchSchema.parse(await callJira(access, '/search/jql', request))
      issues.push(...page.issues)
      nextPageToken = page.isLast ? null : page.nextPageToken
    } while (nextPageToken)
    const named = issues.filter(
      ({ fields }) => fields.labels.includes(ticket) || namesTicket(fields.summary, ticket),
    )
    return named.find(isOpen) ?? named.at(-1)
  }

  async function find(): Promise<Ticket | null> {
    const issue = KEY.test(ticket) ? await byKey() : await bySearch()
    if (!issue) return null
    return { name: issue.key, url: `${access.baseUrl}/browse/${issue.key}`, open: isOpen(issue) }
  }

  async function existing(): Promise<Ticket> {
    const found = await find()
    if (found) return found
    throw new NotReadable(
      `${what} does not exist, or the account may not see it; create it, or set its key in the config`,
    )
  }

  async function comments({ name, url }: Ticket): Promise<Written[]> {
    const all: Written[] = []
    for (;;) {
      const path = `${pathOf(name)}/comment?startAt=${all.length}&maxResults=${PAGE}`
      const page = commentsSchema.parse(await callJira(access, path))
      all.push(...page.comments.map((comment) => toWritten(comment, url)))
      if (page.comments.length === 0 || all.length >= page.total) return all
    }
  }

  async function write({ name, url }: Ticket, document: RichDocument): Promise<Written> {
    const answer = await callJira(access, `${pathOf(name)}/comment`, { body: toAdf(document) })
    return toWritten(commentSchema.parse(answer), url)
  }

  return {
    find: () => fromJira(what, find),
    comment: (mark, document, mayExist) =>
      fromJira(`A comment on the ticket ${ticket} in Jira`, async () => {
        const issue = await existing()
        const size = (part: RichDocument) => JSON.stringify(toAdf(part).content).length
        const parts = divide(document, size, COMMENT_LENGTH)
        return writeMissing(mark, parts, mayExist ? await comments(issue) : [], (part) => write(issue, part))
      }),
    readReport: (mark) =>
      fromJira(`The comments on the ticket ${ticket} in Jira`, async () => {
        const found = await find()
        const written = found && mark ? await comments(found) : []
        return { ticket: found, comment: mark ? assemble(mark, written) : null }
      }),
    readComments: null,
  }
}

const isOpen = ({ fields }: Issue): boolean => fields.status.statusCategory.key !== 'done'

const toWritten = ({ id, body }: z.output<typeof commentSchema>, issueUrl: string): Written => ({
  lastCode: lastCode(body),
  url: `${issueUrl}?focusedCommentId=${id}`,
  links: linksInAdf(body),
})
