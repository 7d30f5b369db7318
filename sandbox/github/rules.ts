import { Hono } from 'hono'
import { REPOSITORY } from '#sandbox/demo-users'
import type { World } from '../world.ts'
import { notFound } from './github-error.ts'
import { numberParam, pathAfter } from './request.ts'

const RULESET = { id: 7, name: 'Reviewed changes only' } as const

/** The active rules of a branch. */
export const branchRules = (world: World, branch: string): object[] =>
  branch === REPOSITORY.branch && world.faults.on('branch-protected')
    ? [
        {
          type: 'pull_request',
          parameters: { required_approving_review_count: 1 },
          ruleset_source_type: 'Repository',
          ruleset_source: `${REPOSITORY.owner}/${REPOSITORY.name}`,
          ruleset_id: RULESET.id,
        },
      ]
    : []

/** Branch rules and rulesets. */
export function ruleRoutes(world: World): Hono {
  const routes = new Hono()
  routes.get('/rules/branches/*', (c) => c.json(branchRules(world, pathAfter(c, '/rules/branches'))))
  routes.get('/rulesets/:ruleset', (c) => {
    if (numberParam(c, 'ruleset') !== RULESET.id || !world.faults.on('branch-protected')) throw notFound()
    return c.json({
      ...RULESET,
      target: 'branch',
      source_type: 'Repository',
      source: `${REPOSITORY.owner}/${REPOSITORY.name}`,
      enforcement: 'active',
      current_user_can_bypass: 'never',
    })
  })
  return routes
}
