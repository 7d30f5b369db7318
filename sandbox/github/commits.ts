import { Hono } from 'hono'
import { REPOSITORY } from '../cast.ts'
import type { World } from '../world.ts'
import { commitJson, commitWithFiles } from './commit-json.ts'
import { notFound, unprocessable } from './github-error.ts'
import { linksOf } from './links.ts'
import { type Commit, repositoryOf } from './repository.ts'
import { paginate, pathAfter } from './request.ts'

/** The repository itself, its branch and its history. */
export function commitRoutes(world: World): Hono {
  const routes = new Hono()
  const repository = repositoryOf(world)

  routes.get('/', (c) => c.json(repositoryJson(world)))

  routes.get('/commits', (c) => {
    const ref = c.req.query('sha') ?? REPOSITORY.branch
    const from = repository.resolve(ref)
    if (!from) throw notFound()
    const commits = repository.commits()
    const upTo = commits.slice(0, commits.findIndex((commit) => commit.sha === from.sha) + 1)
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

  routes.get('/branches', (c) => c.json(paginate(c, [branchJson(world, repository.head())])))

  routes.get('/branches/*', (c) => {
    if (pathAfter(c, '/branches') !== REPOSITORY.branch) throw notFound('Branch not found')
    return c.json(branchJson(world, repository.head()))
  })

  routes.get('/git/ref/*', (c) => {
    const ref = pathAfter(c, '/git/ref')
    const head = repository.head()
    if (ref !== `heads/${REPOSITORY.branch}` || !head) throw notFound()
    return c.json({
      ref: `refs/${ref}`,
      url: linksOf(world).api(`/git/refs/${ref}`),
      object: { sha: head.sha, type: 'commit', url: linksOf(world).api(`/git/commits/${head.sha}`) },
    })
  })

  return routes
}

/** A path filter takes a file or a directory. */
const touches = (commit: Commit, path: string | undefined) =>
  !path || commit.changes.some((change) => change.path === path || change.path.startsWith(`${path}/`))

const within = (commit: Commit, since: string | undefined, until: string | undefined) =>
  (!since || Date.parse(commit.date) >= Date.parse(since)) &&
  (!until || Date.parse(commit.date) <= Date.parse(until))

function repositoryJson(world: World): object {
  const { owner, name, branch } = REPOSITORY
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
    permissions: { admin: false, maintain: false, push: true, triage: true, pull: true },
  }
}

function branchJson(world: World, head: Commit | undefined): object {
  return { name: REPOSITORY.branch, commit: head && commitJson(world, head), protected: false }
}
