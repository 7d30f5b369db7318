import { Hono } from 'hono'
import { z } from 'zod'
import { REPOSITORY } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { commitJson, commitWithFiles } from './commit-json.ts'
import { notFound, unprocessable } from './github-error.ts'
import { linksOf } from './links.ts'
import { orphanRoutes } from './orphan-commits.ts'
import { type Commit, repositoryOf } from './repository.ts'
import { paginate, pathAfter, readBody } from './request.ts'

/** The repository, its branches and its history. */
export function commitRoutes(world: World): Hono {
  const routes = new Hono()
  const repository = repositoryOf(world)

  routes.get('/', (c) => c.json(repositoryJson(world)))

  routes.get('/commits', (c) => {
    const ref = c.req.query('sha') ?? REPOSITORY.branch
    const from = repository.resolve(ref)
    if (!from) throw notFound()
    const upTo = repository.history(from)
    const { path, since, until } = c.req.query()
    const wanted = upTo.filter((commit) => touches(commit, path) && within(commit, since, until)).toReversed()
    return c.json(paginate(c, wanted).map((commit) => commitJson(world, commit)))
  })

  routes.get('/commits/*', (c) => {
    const ref = pathAfter(c, '/commits')
    const commit = repository.resolve(ref)
    if (!commit) throw unprocessable(`No commit found for SHA: ${ref}`)
    return c.json(commitWithFiles(world, repository, commit))
  })

  routes.get('/branches', (c) =>
    c.json(paginate(c, repository.branches()).map((name) => branchJson(world, name, repository.head(name)))),
  )

  routes.get('/branches/*', (c) => {
    const name = pathAfter(c, '/branches')
    const head = repository.head(name)
    if (!head) throw notFound('Branch not found')
    return c.json(branchJson(world, name, head))
  })

  routes.get('/git/ref/*', (c) => {
    const ref = pathAfter(c, '/git/ref')
    const head = ref.startsWith('heads/') ? repository.head(ref.slice('heads/'.length)) : undefined
    if (!head) throw notFound()
    return c.json(refJson(world, `refs/${ref}`, head))
  })

  routes.route('/', orphanRoutes(world))

  routes.post('/git/refs', async (c) => {
    const { ref, sha } = await readBody(c, refSchema, 'Reference')
    const name = /^refs\/heads\/(.+)$/.exec(ref)?.[1]
    if (name === undefined)
      throw unprocessable('Reference name must start with "refs/" and have at least two slashes.')
    if (repository.head(name)) throw unprocessable('Reference already exists')
    const commit = /^[0-9a-f]{40}$/.test(sha) ? repository.resolve(sha) : undefined
    if (!commit) throw unprocessable('Object does not exist')
    repository.branch(name, commit)
    return c.json(refJson(world, ref, commit), 201)
  })

  routes.patch('/git/refs/*', async (c) => {
    const name = pathAfter(c, '/git/refs').replace(/^heads\//, '')
    const { sha, force } = await readBody(c, updateSchema, 'Reference')
    const before = repository.head(name)
    const commit = /^[0-9a-f]{40}$/.test(sha) ? repository.resolve(sha) : undefined
    if (!before) throw unprocessable('Reference does not exist')
    if (!commit) throw unprocessable('Object does not exist')
    if (!force && !repository.history(commit).some((each) => each.sha === before.sha))
      throw unprocessable('Update is not a fast forward')
    repository.branch(name, commit)
    return c.json(refJson(world, `refs/heads/${name}`, commit))
  })

  return routes
}

const updateSchema = z.object({ sha: z.string(), force: z.boolean().default(false) })
const refSchema = z.object({ ref: z.string(), sha: z.string() })

const refJson = (world: World, ref: string, { sha }: Commit) => ({
  ref,
  url: linksOf(world).api(`/git/${ref}`),
  object: { sha, type: 'commit', url: linksOf(world).api(`/git/commits/${sha}`) },
})

const touches = (commit: Commit, path: string | undefined) =>
  !path || commit.changes.some((change) => change.path === path || change.path.startsWith(`${path}/`))

const within = (commit: Commit, since: string | undefined, until: string | undefined) =>
  (!since || Date.parse(commit.date) >= Date.parse(since)) &&
  (!until || Date.parse(commit.date) <= Date.parse(until))

function repositoryJson(world: World): object {
  const { owner, name, branch } = REPOSITORY
  const mayPush = !world.faults.on('github-read-only')
  return {
    id: 1,
    name,
    full_name: `${owner}/${name}`,
    private: true,
    visibility: 'private',
    owner: { login: owner, id: 1, type: 'Organization' },
    html_url: `${world.url()}/#repository`,
    url: linksOf(world).api(''),
    description: 'Agents, their workflows and their operations files',
    default_branch: branch,
    archived: false,
    disabled: false,
    has_issues: true,
    permissions: { admin: false, maintain: false, push: mayPush, triage: mayPush, pull: true },
  }
}

function branchJson(world: World, name: string, head: Commit | undefined): object {
  return { name, commit: head && commitJson(world, head), protected: false }
}
