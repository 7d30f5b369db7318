import { type Context, Hono } from 'hono'
import { z } from 'zod'
import { CREDENTIALS } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { isDocument } from './adf-problems.ts'
import { type Adf, type JiraComment, type JiraIssue, jiraCommentsOf, jiraIssuesOf } from './issues.ts'
import { JiraProblem } from './jira-problem.ts'
import { searchIssues } from './jql.ts'

const COMMENT_LENGTH = 32_767
const MOST_COMMENTS = 5_000
const COMMENTS_A_PAGE = 100

const searchSchema = z.object({
  jql: z.string(),
  fields: z.array(z.string()).default([]),
  maxResults: z.int().min(1).max(5_000).default(50),
  nextPageToken: z.string().optional(),
})

const MISSING = 'Issue does not exist or you do not have permission to see it.'

/** The part of Jira Cloud's REST API v3 that tickets need: issues, comments and search. */
export function createJira(world: World): { routes: Hono } {
  const routes = new Hono()
  const issues = jiraIssuesOf(world)
  const comments = jiraCommentsOf(world)
  const issueOf = (c: Context): JiraIssue => {
    const issue = issues.get((c.req.param('key') ?? '').toUpperCase())
    if (!issue) throw new JiraProblem(404, [MISSING])
    return issue
  }

  routes.use('*', async (c, next) => {
    if (world.faults.on('ticket-unavailable'))
      throw new JiraProblem(503, ['Jira is temporarily unavailable.'])
    authenticate(c)
    await next()
  })

  routes.get('/rest/api/3/issue/:key', (c) =>
    c.json(issueJson(world, issueOf(c), c.req.query('fields')?.split(',') ?? ALL_FIELDS)),
  )

  routes.post('/rest/api/3/search/jql', async (c) => {
    const parsed = searchSchema.safeParse(await c.req.json().catch(() => null))
    if (!parsed.success)
      throw new JiraProblem(400, [
        'Invalid request payload. Refer to the REST API documentation and try again.',
      ])
    const { jql, fields, maxResults, nextPageToken } = parsed.data
    const from = nextPageToken === undefined ? 0 : Number(Buffer.from(nextPageToken, 'base64').toString())
    if (!Number.isInteger(from)) throw new JiraProblem(400, ['The provided next page token is invalid.'])
    const found = searchIssues(issues.all(), jql)
    const to = from + maxResults
    const isLast = to >= found.length
    return c.json({
      issues: found.slice(from, to).map((issue) => issueJson(world, issue, fields)),
      isLast,
      ...(isLast ? {} : { nextPageToken: Buffer.from(String(to)).toString('base64') }),
    })
  })

  routes.get('/rest/api/3/issue/:key/comment', (c) => {
    const { key } = issueOf(c)
    const hidden = world.faults.on('ticket-comment-deleted')
    const all = hidden ? [] : comments.all().filter((comment) => comment.issue === key)
    const startAt = Math.max(0, Number(c.req.query('startAt') ?? 0) || 0)
    const asked = Number(c.req.query('maxResults') ?? COMMENTS_A_PAGE) || COMMENTS_A_PAGE
    const maxResults = Math.min(asked, COMMENTS_A_PAGE)
    const page = all.slice(startAt, startAt + maxResults).map((comment) => commentJson(world, comment))
    return c.json({ startAt, maxResults, total: all.length, comments: page })
  })

  routes.post('/rest/api/3/issue/:key/comment', async (c) => {
    const { key } = issueOf(c)
    const body = checkedBody(await c.req.json().catch(() => null))
    if (comments.all().filter((comment) => comment.issue === key).length >= MOST_COMMENTS)
      throw new JiraProblem(400, ['The issue has reached its limit of comments.'])
    const id = String(10_000 + world.store.next('jira.comment'))
    const comment = comments.put(id, { id, issue: key, body, createdAt: world.clock.now().toISOString() })
    world.changed('repository')
    return c.json(commentJson(world, comment), 201)
  })

  routes.all('*', () => {
    throw new JiraProblem(404, ['null for uri'])
  })
  routes.onError((error, c) => {
    if (!(error instanceof JiraProblem)) console.error(error)
    const { status, messages, fields } =
      error instanceof JiraProblem ? error : new JiraProblem(500, ['Internal server error'])
    return new Response(JSON.stringify({ errorMessages: messages, errors: fields }), {
      status,
      headers: { ...Object.fromEntries(c.res.headers), 'content-type': 'application/json;charset=UTF-8' },
    })
  })
  return { routes }
}

function authenticate(c: Context): void {
  const [, encoded = ''] = /^Basic (\S+)$/i.exec(c.req.header('authorization') ?? '') ?? []
  const given = Buffer.from(encoded, 'base64').toString('utf8')
  if (given !== `${CREDENTIALS.jiraEmail}:${CREDENTIALS.jiraToken}`)
    throw new JiraProblem(401, ['Client must be authenticated to access this resource.'])
}

function checkedBody(given: unknown): Adf {
  const body = typeof given === 'object' && given !== null && 'body' in given ? given.body : undefined
  if (!isDocument(body))
    throw new JiraProblem(400, ['INVALID_INPUT'], {
      comment: 'Operation value must be an Atlassian Document (see the Atlassian Document Format)',
    })
  if (JSON.stringify(body).length > COMMENT_LENGTH)
    throw new JiraProblem(400, [], {
      comment: `The entered text is too long. It exceeds the allowed limit of ${COMMENT_LENGTH.toLocaleString('en')} characters.`,
    })
  return body as Adf
}

const ALL_FIELDS = ['summary', 'labels', 'status', 'created']

/** The search returns requested fields only. */
function issueJson(world: World, issue: JiraIssue, wanted: string[]): object {
  const closed = issue.category === 'done' || world.faults.on('ticket-closed')
  const category = closed ? 'done' : issue.category
  const fields: Record<string, unknown> = {
    summary: issue.summary,
    labels: issue.labels,
    created: issue.createdAt,
    status: { name: closed ? 'Done' : 'To Do', statusCategory: { key: category } },
  }
  const names = wanted.some((name) => name.startsWith('*')) ? ALL_FIELDS : wanted
  return {
    id: String(20_000 + Number(issue.key.split('-')[1])),
    key: issue.key,
    self: `${world.url()}/jira/rest/api/3/issue/${issue.key}`,
    fields: Object.fromEntries(Object.entries(fields).filter(([name]) => names.includes(name))),
  }
}

const commentJson = (world: World, { id, issue, body, createdAt }: JiraComment) => ({
  id,
  self: `${world.url()}/jira/rest/api/3/issue/${issue}/comment/${id}`,
  author: { displayName: 'Rotation bot' },
  body,
  created: createdAt,
  updated: createdAt,
})
