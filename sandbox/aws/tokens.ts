import { AGENTS, ENVIRONMENTS } from '#sandbox/demo-users'

/** The name under which an agent's token is stored. */
export const secretName = (environment: string, agent: string) =>
  `flashfusion/${environment}/${agent}/capability-token`

/** The environment and the agent that a secret's name speaks of, or nothing for any other secret. */
export function tokenOfSecret(name: string): { environment: string; agent: string } | undefined {
  const [, environment, agent] = /^flashfusion\/([^/]+)\/([^/]+)\/capability-token$/.exec(name) ?? []
  return environment !== undefined && agent !== undefined ? { environment, agent } : undefined
}

/** Teams that own an agent's tokens. */
const OWNERS: Record<(typeof AGENTS)[number], string> = {
  orchestrator: 'platform',
  evaluator: 'evaluation',
  'tool-runner': 'tooling',
}

/** Each agent's token in each environment, in the order in which people list them. */
export const TOKENS = ENVIRONMENTS.flatMap((environment) =>
  AGENTS.map((agent) => ({
    environment,
    agent,
    secret: secretName(environment, agent),
    owner: OWNERS[agent],
  })),
)
