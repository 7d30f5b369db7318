import { PEOPLE } from '#sandbox/demo-users'
import type { Person } from '../github/repository.ts'
import type { World } from '../world.ts'

/** A demo user's account on GitHub; undefined for other names. */
export function accountOf(name: string): Person | undefined {
  const person = PEOPLE.find((one) => one.name === name)
  return person && { login: person.name, name: person.realName, email: person.email }
}

/** One of them must approve a deployment to a protected environment. */
export const REVIEWERS: readonly Person[] = ['devops-lead'].flatMap((name) => accountOf(name) ?? [])

/** True when deployments to this environment wait for a reviewer. */
export const isProtected = (world: World, environment: string): boolean =>
  environment === 'production' && world.faults.on('deployment-waits')

/** How agents get their token: with a deployment, or from the secrets manager while they run. */
export type Takes = 'deployment' | 'runtime'

const takes = (world: World) => world.store.collection<{ how: Takes; since: string }>('ci.takes')

/** `since` is an ISO 8601 instant; empty where it has been so from the beginning. */
export const takesOf = (world: World, environment: string): { how: Takes; since: string } =>
  takes(world).get(environment) ?? { how: 'deployment', since: '' }

export function setTakes(world: World, environment: string, how: Takes): void {
  if (takesOf(world, environment).how === how) return
  takes(world).put(environment, { how, since: world.clock.now().toISOString() })
  world.changed('agents')
}
