import { createHash } from 'node:crypto'
import { Hono } from 'hono'
import { z } from 'zod'
import type { World } from '../world.ts'
import { commitSummary } from './commit-json.ts'
import { unprocessable } from './github-error.ts'
import { linksOf } from './links.ts'
import { BOT_ACCOUNT, repositoryOf } from './repository.ts'
import { readBody } from './request.ts'

type Files = { path: string; content: string }[]

/** What begins a branch without a history: `POST …/git/trees` and `…/git/commits`, of whole files and without a parent. */
export function orphanRoutes(world: World): Hono {
  const routes = new Hono()
  const trees = new Map<string, Files>()

  routes.post('/git/trees', async (c) => {
    const { tree } = await readBody(c, treeSchema, 'Tree')
    const sha = createHash('sha1').update(JSON.stringify(tree)).digest('hex')
    trees.set(sha, tree)
    const url = linksOf(world).api(`/git/trees/${sha}`)
    return c.json({ sha, url, truncated: false, tree: tree.map(({ path }) => ({ path, type: 'blob' })) }, 201)
  })

  routes.post('/git/commits', async (c) => {
    const { message, tree, parents } = await readBody(c, commitSchema, 'Commit')
    const files = trees.get(tree)
    if (!files) throw unprocessable('Tree SHA does not exist')
    if (parents.length > 0) throw unprocessable('The sandbox makes commits without a parent only')
    const changes = files.map(({ path, content }) => ({ path, content: Buffer.from(content) }))
    return c.json(
      commitSummary(world, repositoryOf(world).orphan({ message, author: BOT_ACCOUNT, changes })),
      201,
    )
  })

  return routes
}

const treeSchema = z.object({
  tree: z.array(
    z.object({ path: z.string(), mode: z.literal('100644'), type: z.literal('blob'), content: z.string() }),
  ),
})
const commitSchema = z.object({
  message: z.string(),
  tree: z.string(),
  parents: z.array(z.string()).default([]),
})
