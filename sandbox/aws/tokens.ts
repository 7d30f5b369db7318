import { AGENTS, ENVIRONMENTS } from '#sandbox/demo-users'

export const secretName = (environment: string, agent: string) =>
  `flashfusion/${environment}/${agent}/capability-token`

/** The environment and agent in a secret's name; undefined for other secrets. */
export function tokenOfSecret(name: string): { environment: string; agent: string } | undefined {
  const [, environment, agent] = /^flashfusion\/([^/]+)\/([^/]+)\/capability-token$/.exec(name) ?? []
  return environment !== undefined && agent !== undefined ? { environment, agent } : undefined
}

const OWNERS: Record<(typeof AGENTS)[number], string> = {
  orchestrator: 'platform',
  evaluator: 'evaluation',
  'tool-runner': 'tooling',
}

/** Every token, in display order. */
export const TOKENS = ENVIRONMENTS.flatMap((environment) =>
  AGENTS.map((agent) => ({
    environment,
    agent,
    secret: secretName(environment, agent),
    owner: OWNERS[agent],
  })),
)
