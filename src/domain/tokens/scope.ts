/** The environments of the runbook as they are deployed to, and its agents; others follow by name. */
export const ENVIRONMENTS = ['sandbox', 'staging', 'production'] as const
export const AGENTS = ['orchestrator', 'evaluator', 'tool-runner'] as const

/** Of environments in what is signed or logged: digests and rows depend on it, so it never changes. */
const RECORDED = ['production', 'staging', 'sandbox'] as const

export interface TokenName {
  agent: string
  environment: string
}

/** `evaluator/staging` */
export const tokenLabel = (token: TokenName): string => `${token.agent}/${token.environment}`

const byOrder = (order: readonly string[]) => (a: string, b: string) => {
  const [i, j] = [order.indexOf(a), order.indexOf(b)]
  if (i !== j) return (i < 0 ? order.length : i) - (j < 0 ? order.length : j)
  return a.localeCompare(b)
}

const byEnvironment =
  (order: readonly string[]) =>
  (a: TokenName, b: TokenName): number =>
    byOrder(order)(a.environment, b.environment) || byOrder(AGENTS)(a.agent, b.agent)

/** In the runbook's order, where the config's does not matter. */
export const compareTokens = byEnvironment(ENVIRONMENTS)

/** In the order of what is signed, logged or proposed for the registry. */
export const compareRecorded = byEnvironment(RECORDED)

/** As screens show tokens: environments as they are deployed to. @param environments of the config, in its order */
export const inDeploymentOrder = <Token extends TokenName>(
  tokens: readonly Token[],
  environments: readonly { name: string }[],
): Token[] => tokens.toSorted(byEnvironment(environments.map(({ name }) => name)))

/** In the order of the tokens. */
export const environmentsOf = (tokens: readonly TokenName[]): string[] => [
  ...new Set(tokens.map((token) => token.environment)),
]

export const agentsOf = (tokens: readonly TokenName[]): string[] =>
  [...new Set(tokens.map((token) => token.agent))].sort(byOrder(AGENTS))
