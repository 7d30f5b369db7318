import { NotReadable } from './secret.ts'

export interface RegisteredToken {
  agent: string
  environment: string
  secret: string
  owner: string
  /** Days between rotations; null for the config's. */
  cadenceDays: number | null
}

/** The registry is missing or malformed: a person must fix it, waiting does not help. */
export class RegistryWrong extends NotReadable {
  constructor(message: string) {
    super(message)
    this.name = 'RegistryWrong'
  }
}

export interface Scope {
  environments: string[]
  agents: string[]
  secrets?: string[]
}

export const tokensInScope = (tokens: RegisteredToken[], scope: Scope): RegisteredToken[] =>
  tokens.filter(
    (token) =>
      (scope.environments.length === 0 || scope.environments.includes(token.environment)) &&
      (scope.agents.length === 0 || scope.agents.includes(token.agent)) &&
      (!scope.secrets || scope.secrets.includes(token.secret)),
  )
