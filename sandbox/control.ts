import { type Context, Hono } from 'hono'
import { streamSSE } from 'hono/streaming'
import { z } from 'zod'
import { shownTags } from './aws/faulty-secrets.ts'
import { secretsOf } from './aws/secrets.ts'
import { agentControl } from './ci/agent-control.ts'
import { stateAt } from './ci/issuer.ts'
import { revocationsOf } from './ci/revocations.ts'
import { runControl } from './ci/run-control.ts'
import { Refusal, readGiven } from './control-request.ts'
import { REPOSITORY } from './demo-users.ts'
import { FAULTS, type FaultId } from './faults.ts'
import { summarizeTable } from './github/log-table.ts'
import { mergePull, pullsOf } from './github/pulls.ts'
import { readText, repositoryOf } from './github/repository.ts'
import { issuesOf } from './github/tracker.ts'
import { trackerState } from './github/tracker-state.ts'
import { pagerControl } from './pager/control.ts'
import { telemetryState } from './telemetry/telemetry-state.ts'
import type { Topic, World } from './world.ts'

const DAY = 86_400_000
const MAX_ADVANCE_DAYS = 400
const PING_MS = 15_000

const advanceSchema = z.object({
  advanceMs: z
    .int()
    .min(1)
    .max(MAX_ADVANCE_DAYS * DAY),
})
const faultSchema = z.object({ id: z.enum(Object.keys(FAULTS) as [FaultId, ...FaultId[]]), on: z.boolean() })

const commentSchema = z.object({
  login: z.string().regex(/^[A-Za-z0-9-]{1,39}$/),
  body: z.string().min(1).max(65_536),
  edits: z.int().optional(),
})
const revokeSchema = z.object({ name: z.string(), versionId: z.string() })

/** The control API beside Slack: clock, faults, secrets, runs, repository, and a stream of changes. */
export function createControl(world: World, { reset }: { reset: () => Promise<void> }): Hono {
  const routes = new Hono()

  // Another site in the same browser must not control the sandbox.
  routes.use('*', async (c, next) => {
    const origin = c.req.header('origin')
    if (origin !== undefined && URL.parse(origin)?.host !== c.req.header('host')) {
      return c.json({ error: 'Only the sandbox’s own page may call this API.' }, 403)
    }
    await next()
  })
  routes.onError((error, c) => {
    if (error instanceof Refusal) return c.json({ error: error.message }, 400)
    console.error(error)
    return c.json({ error: 'The sandbox had an internal error. See its log.' }, 500)
  })

  routes.get('/events', (c) => streamChanges(c, world))

  routes.get('/clock', (c) => c.json(clockState(world)))
  routes.post('/clock', async (c) => {
    const sentence = `advanceMs must be a whole number of milliseconds, at most ${MAX_ADVANCE_DAYS} days.`
    const { advanceMs } = await readGiven(c, advanceSchema, sentence)
    world.clock.advance(advanceMs)
    world.changed('clock')
    return c.json(clockState(world))
  })

  routes.get('/faults', (c) => c.json(world.faults.list()))
  routes.post('/faults', async (c) => {
    const { id, on } = await readGiven(
      c,
      faultSchema,
      'Send the fault’s `id`, and `on` as true or false. GET lists the ids.',
    )
    world.faults.set(id, on)
    world.changed('faults')
    return c.json(world.faults.list())
  })

  // What a person does on GitHub's own pages: comments on the newest issue, or edits their comment.
  routes.post('/github/comment', async (c) => {
    const given = await readGiven(
      c,
      commentSchema,
      'Send the person’s `login` and the comment’s `body`; `edits` is the id of one to edit.',
    )
    const tracker = issuesOf(world)
    const issue = tracker.issues().at(-1)
    if (!issue)
      return c.json({ error: 'There is no issue yet: the bot makes it with its first report.' }, 400)
    const author = { login: given.login, name: given.login, email: `${given.login}@flashfusion.example` }
    const comment =
      given.edits === undefined
        ? tracker.comment(issue, given.body, author)
        : tracker.editComment(tracker.commentById(given.edits), given.body)
    return c.json({ id: comment.id })
  })

  routes.post('/reset', async (c) => {
    await reset()
    return c.json({ ok: true })
  })

  routes.get('/secrets', (c) => c.json(secretsState(world)))
  routes.post('/secrets/revoke', async (c) => {
    const given = await readGiven(c, revokeSchema, 'Send the secret’s `name` and the `versionId`.')
    if (!revocationsOf(world).revokeNow(given.name, given.versionId))
      throw new Refusal('There is no such version of this secret.')
    return c.json(secretsState(world))
  })
  routes.route('/runs', runControl(world))
  routes.route('/agents', agentControl(world))
  routes.get('/telemetry', (c) => c.json(telemetryState(world)))
  routes.get('/repository', (c) => c.json(repositoryState(world)))
  routes.route('/pager', pagerControl(world))
  routes.post('/pulls/:number/merge', (c) => {
    const pull = pullsOf(world).get(c.req.param('number'))
    if (pull?.state !== 'open') throw new Refusal('There is no such open pull request.')
    mergePull(world, pull)
    return c.json({ ok: true })
  })
  return routes
}

function streamChanges(c: Context, world: World): Response {
  return streamSSE(c, async (stream) => {
    const send = (topic: Topic) => void stream.writeSSE({ data: JSON.stringify({ topic }) })
    const unsubscribe = world.onChange(send)
    const ping = setInterval(() => void stream.write(': ping\n\n'), PING_MS)
    ping.unref()
    // The page counts as connected after the first byte.
    await stream.write(': connected\n\n')
    await new Promise<void>((resolve) => stream.onAbort(resolve))
    unsubscribe()
    clearInterval(ping)
  })
}

const clockState = (world: World) => ({
  now: world.clock.now().toISOString(),
  offsetMs: world.clock.offset(),
})

function secretsState(world: World) {
  const now = world.clock.now().getTime()
  return secretsOf(world)
    .all()
    .map((secret) => ({
      name: secret.name,
      arn: secret.arn,
      tags: Object.fromEntries(shownTags(world, secret).map((tag) => [tag.Key, tag.Value])),
      createdAt: secret.createdAt,
      lastChangedAt: secret.lastChangedAt,
      deletedAt: secret.deletedAt,
      versions: secret.versions.map(({ id, number, createdAt, labels }) => {
        const issuer = stateAt(world, secret, id, now)
        const revokedAt = issuer.state === 'destroyed' ? issuer.since : null
        return { id, number, createdAt, labels, revokedAt, issuer }
      }),
    }))
}

function repositoryState(world: World): object {
  const { owner, name, branch, log } = REPOSITORY
  const repository = repositoryOf(world)
  const tree = [...repository.treeOf(repository.head())].toSorted(([a], [b]) => (a < b ? -1 : 1))
  const commits = repository.commits().toReversed()
  return {
    owner,
    name,
    branch,
    files: tree.map(([path, sha]) => ({ path, content: repository.blob(sha).toString('utf8'), sha })),
    commits: commits.map((commit) => ({
      sha: commit.sha,
      message: commit.message,
      author: commit.author.name,
      date: commit.date,
      path: commit.changes.map((change) => change.path).join(', '),
    })),
    log: summarizeTable(readText(repository, log) ?? ''),
    ...trackerState(world),
  }
}
