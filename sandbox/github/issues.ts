import { Hono } from 'hono'
import { z } from 'zod'
import type { World } from '../world.ts'
import { notFound } from './github-error.ts'
import { commentJson, issueJson, labelJson } from './issue-json.ts'
import { BOT_ACCOUNT } from './repository.ts'
import { numberParam, paginate, readBody } from './request.ts'
import { type Issue, issuesOf } from './tracker.ts'

const bodyField = z.string().max(65_536).nullish()
const labelsField = z.array(
  z.union([z.string(), z.object({ name: z.string() }).transform((label) => label.name)]),
)
const titleField = z.union([z.string().min(1).max(256), z.number().transform(String)])
const createSchema = z.object({ title: titleField, body: bodyField, labels: labelsField.optional() })
const updateSchema = z.object({
  title: titleField.optional(),
  body: bodyField,
  labels: labelsField.optional(),
  state: z.enum(['open', 'closed']).optional(),
  state_reason: z.enum(['completed', 'not_planned', 'duplicate', 'reopened']).nullish(),
})
const commentSchema = z.object({ body: z.string().min(1).max(65_536) })

/** Issues: list, create, read and change. */
export function issueRoutes(world: World): Hono {
  const routes = new Hono()
  const tracker = issuesOf(world)

  routes.get('/issues', (c) => {
    const { state = 'open', labels, since, direction, sort } = c.req.query()
    const wanted = labels ? labels.split(',').map((label) => label.trim().toLowerCase()) : []
    const matches = (issue: Issue) =>
      (state === 'all' || issue.state === state) &&
      wanted.every((label) => issue.labels.some((own) => own.toLowerCase() === label)) &&
      (!since || Date.parse(issue.updatedAt) >= Date.parse(since))
    const by = sort === 'updated' ? 'updatedAt' : 'createdAt'
    const ascending = tracker
      .issues()
      .filter(matches)
      .toSorted((a, b) => compare(a[by], b[by]) || a.number - b.number)
    const ordered = direction === 'asc' ? ascending : ascending.toReversed()
    return c.json(paginate(c, ordered).map((issue) => issueJson(world, issue)))
  })

  routes.post('/issues', async (c) => {
    const { title, body, labels } = await readBody(c, createSchema, 'Issue')
    const issue = tracker.open({ title, body: body ?? null, labels: labels ?? [], author: BOT_ACCOUNT })
    return c.json(issueJson(world, issue), 201)
  })

  routes.get('/issues/:number', (c) => c.json(issueJson(world, tracker.issue(numberParam(c, 'number')))))

  routes.patch('/issues/:number', async (c) => {
    const issue = tracker.issue(numberParam(c, 'number'))
    const change = await readBody(c, updateSchema, 'Issue')
    const state = change.state ?? issue.state
    const changed = tracker.change(issue, {
      title: change.title ?? issue.title,
      body: change.body === undefined ? issue.body : change.body,
      labels: change.labels ?? issue.labels,
      state,
      stateReason: stateReason(issue, state, change.state_reason ?? null),
    })
    return c.json(issueJson(world, changed))
  })

  return routes
}

function stateReason(issue: Issue, state: Issue['state'], given: string | null): string | null {
  if (state === issue.state) return issue.stateReason
  return state === 'open' ? 'reopened' : (given ?? 'completed')
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

export function commentRoutes(world: World): Hono {
  const routes = new Hono()
  const tracker = issuesOf(world)

  routes.get('/issues/:number/comments', (c) => {
    const issue = tracker.issue(numberParam(c, 'number'))
    const since = c.req.query('since')
    const comments = world.faults.on('ticket-comment-deleted') ? [] : tracker.comments(issue.number)
    const wanted = comments.filter((comment) => !since || Date.parse(comment.updatedAt) >= Date.parse(since))
    return c.json(paginate(c, wanted).map((comment) => commentJson(world, comment)))
  })

  routes.post('/issues/:number/comments', async (c) => {
    const issue = tracker.issue(numberParam(c, 'number'))
    const { body } = await readBody(c, commentSchema, 'IssueComment')
    return c.json(commentJson(world, tracker.comment(issue, body, BOT_ACCOUNT)), 201)
  })

  routes.get('/issues/comments/:id', (c) =>
    c.json(commentJson(world, tracker.commentById(numberParam(c, 'id')))),
  )

  routes.patch('/issues/comments/:id', async (c) => {
    const comment = tracker.commentById(numberParam(c, 'id'))
    const { body } = await readBody(c, commentSchema, 'IssueComment')
    return c.json(commentJson(world, tracker.editComment(comment, body)))
  })

  return routes
}

export function labelRoutes(world: World): Hono {
  const routes = new Hono()
  const tracker = issuesOf(world)
  const json = (name: string) => labelJson(world, name)
  const named = z.object({ labels: labelsField })

  routes.get('/labels', (c) => c.json(paginate(c, tracker.labels()).map(json)))

  routes.post('/labels', async (c) => {
    const { name } = await readBody(c, z.object({ name: z.string().min(1).max(50) }), 'Label')
    return c.json(json(tracker.addLabel(name)), 201)
  })

  routes.get('/labels/:name', (c) => {
    const name = tracker.labels().find((label) => label.toLowerCase() === c.req.param('name').toLowerCase())
    if (name === undefined) throw notFound()
    return c.json(json(name))
  })

  routes.get('/issues/:number/labels', (c) =>
    c.json(paginate(c, tracker.issue(numberParam(c, 'number')).labels).map(json)),
  )

  routes.post('/issues/:number/labels', async (c) => {
    const issue = tracker.issue(numberParam(c, 'number'))
    const { labels } = await readBody(c, named, 'Issue')
    const changed = tracker.change(issue, { labels: [...new Set([...issue.labels, ...labels])] })
    return c.json(changed.labels.map(json))
  })

  routes.delete('/issues/:number/labels/:name', (c) => {
    const issue = tracker.issue(numberParam(c, 'number'))
    const name = c.req.param('name')
    if (!issue.labels.includes(name)) throw notFound('Label does not exist')
    const changed = tracker.change(issue, { labels: issue.labels.filter((label) => label !== name) })
    return c.json(changed.labels.map(json))
  })

  return routes
}
