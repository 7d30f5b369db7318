import { Hono } from 'hono'
import { z } from 'zod'
import { CURRENT, versionLabelled } from '../aws/secret.ts'
import { tokenOfSecret } from '../aws/tokens.ts'
import { readGiven } from '../control-request.ts'
import { DEPLOYMENT_ORDER, ENVIRONMENTS } from '../demo-users.ts'
import type { World } from '../world.ts'
import { FAULTY_AGENT, secretsIn } from './deployments.ts'
import { setTakes, type Takes, takesOf } from './environments.ts'
import { isAccepted, stateAt, type TokenState } from './issuer.ts'
import { deployedAt, runningVersion } from './running-versions.ts'

const takesSchema = z.object({
  environment: z.enum(ENVIRONMENTS),
  takes: z.enum(['deployment', 'runtime']),
})

/** What runs where, for the page. */
export interface EnvironmentState {
  environment: string
  takes: Takes
  agents: {
    agent: string
    secret: string
    /** The version that it runs, with Vault's number. */
    version: { id: string; number: number | undefined; isCurrent: boolean } | null
    /** When it began to run this version; null where it was never deployed since the workspace was made. */
    since: string | null
    by: Takes | null
    isAuthenticating: boolean
    issuer: { state: TokenState; since: string | null } | null
  }[]
}

/** The agents with the versions that they run, and how an environment's agents get theirs. */
export function agentControl(world: World): Hono {
  const routes = new Hono()
  routes.get('/', (c) => c.json(agentsState(world)))
  routes.post('/', async (c) => {
    const sentence = `Send the \`environment\` (${ENVIRONMENTS.join(', ')}) and \`takes\`: deployment or runtime.`
    const { environment, takes } = await readGiven(c, takesSchema, sentence)
    setTakes(world, environment, takes)
    return c.json(agentsState(world))
  })
  return routes
}

function agentsState(world: World): EnvironmentState[] {
  const now = world.clock.now().getTime()
  return DEPLOYMENT_ORDER.map((environment) => ({
    environment,
    takes: takesOf(world, environment).how,
    agents: secretsIn(world, environment).map((secret) => {
      const agent = tokenOfSecret(secret.name)?.agent ?? secret.name
      const version = runningVersion(world, secret, now)
      const deployment = deployedAt(world, secret, now)
      const isFaulty = agent === FAULTY_AGENT && world.faults.on('telemetry-auth-failures')
      return {
        agent,
        secret: secret.name,
        version: version
          ? {
              id: version.id,
              number: version.number,
              isCurrent: version === versionLabelled(secret, CURRENT),
            }
          : null,
        since: deployment?.at ?? null,
        by: deployment?.by ?? null,
        isAuthenticating: version !== undefined && !isFaulty && isAccepted(world, secret, version.id, now),
        issuer: version ? stateAt(world, secret, version.id, now) : null,
      }
    }),
  }))
}
