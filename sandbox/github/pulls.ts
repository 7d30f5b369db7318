import { Hono } from 'hono'
import { z } from 'zod'
import { REPOSITORY } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { accountJson } from './commit-json.ts'
import { GithubError, notFound, validationFailed } from './github-error.ts'
import { linksOf } from './links.ts'
import { BOT_ACCOUNT, OPERATOR_ACCOUNT, type Person, type Repository, repositoryOf } from './repository.ts'
import { numberParam, paginate, readBody, wholeSeconds } from './request.ts'

export interface Pull {
  number: number
  title: string
  body: string | null
  head: string
  base: string
  state: 'open' | 'closed'
  author: Person
  createdAt: string
  mergedAt: string | null
}

const createSchema = z.object({
  title: z.string().min(1).max(256),
  head: z.string().min(1),
  base: z.string().min(1),
  body: z.string().max(65_536).nullish(),
})
const updateSchema = z.object({ state: z.enum(['open', 'closed']).optional() })

export const pullsOf = (world: World) => world.store.collection<Pull>('github.pulls')

/** Pull requests: list, open, read, close and merge. */
export function pullRoutes(world: World): Hono {
  const routes = new Hono()
  const pulls = pullsOf(world)
  const repository = repositoryOf(world)
  const pullOf = (number: number): Pull => {
    const pull = pulls.get(String(number))
    if (!pull) throw notFound()
    return pull
  }
  const save = (pull: Pull): Pull => {
    pulls.put(String(pull.number), pull)
    world.changed('repository')
    return pull
  }

  routes.get('/pulls', (c) => {
    const { state = 'open', head, base } = c.req.query()
    const wanted = pulls
      .all()
      .filter(
        (pull) =>
          (state === 'all' || pull.state === state) &&
          (!head || head === `${REPOSITORY.owner}:${pull.head}`) &&
          (!base || base === pull.base),
      )
    return c.json(paginate(c, wanted.toReversed()).map((pull) => pullJson(world, pull)))
  })

  routes.post('/pulls', async (c) => {
    const { title, body, base, ...given } = await readBody(c, createSchema, 'PullRequest')
    const head = given.head.replace(new RegExp(`^${REPOSITORY.owner}:`), '')
    checkBranches(repository, head, base)
    const twin = pulls.all().find((pull) => pull.state === 'open' && pull.head === head && pull.base === base)
    if (twin) throw refused(`A pull request already exists for ${REPOSITORY.owner}:${head}.`)
    const number = world.store.next('github.issue')
    const createdAt = world.clock.now().toISOString()
    const pull = save({
      number,
      title,
      body: body ?? null,
      head,
      base,
      state: 'open',
      author: BOT_ACCOUNT,
      createdAt,
      mergedAt: null,
    })
    return c.json(pullJson(world, pull), 201)
  })

  routes.get('/pulls/:number', (c) => c.json(pullJson(world, pullOf(numberParam(c, 'number')))))

  routes.patch('/pulls/:number', async (c) => {
    const pull = pullOf(numberParam(c, 'number'))
    const { state = pull.state } = await readBody(c, updateSchema, 'PullRequest')
    return c.json(pullJson(world, save({ ...pull, state })))
  })

  routes.put('/pulls/:number/merge', (c) => {
    const pull = pullOf(numberParam(c, 'number'))
    const sha = mergePull(world, pull)
    return c.json({ sha, merged: true, message: 'Pull Request successfully merged' })
  })

  return routes
}

/** Squash-merges a pull request into its base. @throws GithubError 405 */
export function mergePull(world: World, pull: Pull): string {
  if (pull.state !== 'open') throw new GithubError(405, 'Pull Request is not mergeable')
  const repository = repositoryOf(world)
  const changes = changedFiles(repository, pull.head, pull.base).map(([path, blob]) => ({
    path,
    content: repository.blob(blob),
  }))
  const message = `${pull.title} (#${pull.number})`
  const { sha } = repository.commit({ message, author: OPERATOR_ACCOUNT, changes, branch: pull.base })
  const mergedAt = world.clock.now().toISOString()
  pullsOf(world).put(String(pull.number), { ...pull, state: 'closed', mergedAt })
  world.changed('repository')
  return sha
}

function changedFiles(repository: Repository, head: string, base: string): [string, string][] {
  const known = new Set(repository.history(repository.head(base)).map((commit) => commit.sha))
  const own = repository.history(repository.head(head)).filter((commit) => !known.has(commit.sha))
  const paths = new Set(own.flatMap((commit) => commit.changes.map((change) => change.path)))
  return [...repository.treeOf(repository.head(head))].filter(([path]) => paths.has(path))
}

function checkBranches(repository: Repository, head: string, base: string): void {
  for (const [field, name] of [['head', head] as const, ['base', base] as const])
    if (!repository.head(name)) throw validationFailed({ resource: 'PullRequest', field, code: 'invalid' })
  if (changedFiles(repository, head, base).length === 0)
    throw refused(`No commits between ${base} and ${head}`)
}

const refused = (message: string) =>
  validationFailed({ resource: 'PullRequest', field: '', code: 'custom', message })

function pullJson(world: World, pull: Pull): object {
  const links = linksOf(world)
  const repository = repositoryOf(world)
  const side = (ref: string) => ({
    ref,
    label: `${REPOSITORY.owner}:${ref}`,
    sha: repository.head(ref)?.sha ?? '',
  })
  return {
    id: 20_000 + pull.number,
    number: pull.number,
    url: links.api(`/pulls/${pull.number}`),
    html_url: links.pull(pull.number),
    title: pull.title,
    body: pull.body,
    state: pull.state,
    merged: pull.mergedAt !== null,
    merged_at: pull.mergedAt && wholeSeconds(pull.mergedAt),
    draft: false,
    head: side(pull.head),
    base: side(pull.base),
    user: accountJson(pull.author),
    created_at: wholeSeconds(pull.createdAt),
  }
}
