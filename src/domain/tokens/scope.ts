/** Display order of environments and agents; others follow by name. */
export const ENVIRONMENTS = ['production', 'staging', 'sandbox'] as const
export const AGENTS = ['orchestrator', 'evaluator', 'tool-runner'] as const

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

export const compareTokens = (a: TokenName, b: TokenName): number =>
  byOrder(ENVIRONMENTS)(a.environment, b.environment) || byOrder(AGENTS)(a.agent, b.agent)

const distinct = (values: string[], order: readonly string[]) => [...new Set(values)].sort(byOrder(order))

export const environmentsOf = (tokens: TokenName[]): string[] =>
  distinct(
    tokens.map((token) => token.environment),
    ENVIRONMENTS,
  )

export const agentsOf = (tokens: TokenName[]): string[] =>
  distinct(
    tokens.map((token) => token.agent),
    AGENTS,
  )
