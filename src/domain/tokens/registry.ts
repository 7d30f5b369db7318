import { NotReadable } from './secret.ts'

/** One line of the registry: which secret holds which agent's token. */
export interface RegisteredToken {
  agent: string
  environment: string
  /** Name, ARN or path in the secrets manager. */
  secret: string
  owner: string
  /** Days between rotations; the config's when absent. */
  cadenceDays: number | null
}

/** The registry was reached, and is missing or malformed: somebody must mend it, and waiting does not help. */
export class RegistryWrong extends NotReadable {
  constructor(message: string) {
    super(message)
    this.name = 'RegistryWrong'
  }
}

export interface Scope {
  /** None means every environment. */
  environments: string[]
  /** None means every agent. */
  agents: string[]
  /** Of these, only the tokens with these secrets; absent means all. */
  secrets?: string[]
}

/** The registered tokens inside a scope. */
export const tokensInScope = (tokens: RegisteredToken[], scope: Scope): RegisteredToken[] =>
  tokens.filter(
    (token) =>
      (scope.environments.length === 0 || scope.environments.includes(token.environment)) &&
      (scope.agents.length === 0 || scope.agents.includes(token.agent)) &&
      (!scope.secrets || scope.secrets.includes(token.secret)),
  )
