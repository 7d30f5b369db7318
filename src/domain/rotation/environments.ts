import type { TokenName } from '#domain/tokens/scope'

/** Where agents run, and how a new token gets to them. */
export interface Environment {
  name: string
  /** Whether it is deployed to in step 4, or after both sign-offs. */
  deploy: 'before-sign-off' | 'after-sign-off'
  /** `deploy`: agents are given a token when they are deployed. `runtime`: they read the secret while they run. */
  takes: 'deploy' | 'runtime'
  /** Workflow files besides `workflows.deploy` whose deployments count. */
  deployedBy: readonly string[]
  /** Whether the smoke suite runs there after a deployment. */
  smoke: boolean
}

/** The environments of the runbook, in the order in which they are deployed to. */
export const DEFAULT_ENVIRONMENTS: readonly Environment[] = [
  { name: 'sandbox', deploy: 'before-sign-off', takes: 'deploy', deployedBy: [], smoke: false },
  { name: 'staging', deploy: 'before-sign-off', takes: 'deploy', deployedBy: [], smoke: true },
  { name: 'production', deploy: 'after-sign-off', takes: 'deploy', deployedBy: [], smoke: false },
]

interface WithTokens {
  tokens: readonly Pick<TokenName, 'environment'>[]
}

/** Whether a token of the environment is in the rotation. */
export const isInScope = ({ tokens }: WithTokens, { name }: Environment): boolean =>
  tokens.some((token) => token.environment === name)

/** The environments in scope that are deployed to after the sign-offs, in order. */
export const environmentsToPromote = (
  rotation: WithTokens,
  environments: readonly Environment[],
): Environment[] =>
  environments.filter((each) => each.deploy === 'after-sign-off' && isInScope(rotation, each))

/**
 * The environments that step 4 verifies, in order: those in scope that are deployed to before the sign-offs. Where the scope
 * reaches an environment after the sign-offs, those with a smoke suite belong to it although none of their tokens is in scope:
 * the approvers must see that nothing was verified before.
 */
export function environmentsToVerify(
  rotation: WithTokens,
  environments: readonly Environment[],
): Environment[] {
  const promotes = environmentsToPromote(rotation, environments).length > 0
  return environments.filter(
    (each) => each.deploy === 'before-sign-off' && (isInScope(rotation, each) || (promotes && each.smoke)),
  )
}

/** Those of them that step 4 cannot verify, because none of their tokens is in scope. */
export const environmentsUnverified = (
  rotation: WithTokens,
  environments: readonly Environment[],
): Environment[] => environmentsToVerify(rotation, environments).filter((each) => !isInScope(rotation, each))

const RUNBOOK_ENVIRONMENT = 'staging'

/** The environment that the runbook's step 4 deploys to and tests: that of the smoke suite, else the last before the sign-offs. */
export function testedEnvironment(environments: readonly Environment[]): string {
  const before = environments.filter((each) => each.deploy === 'before-sign-off')
  return (before.find((each) => each.smoke) ?? before.at(-1))?.name ?? RUNBOOK_ENVIRONMENT
}

/** Where the smoke suite runs again, alone, in step 4: the first environment in scope that has one. */
export const smokeEnvironment = (
  rotation: WithTokens,
  environments: readonly Environment[],
): Environment | undefined =>
  environmentsToVerify(rotation, environments).find((each) => each.smoke && isInScope(rotation, each))
