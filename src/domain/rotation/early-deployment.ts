import { isBreakGlass } from './break-glass.ts'
import type { Rotation } from './rotation.ts'

/**
 * Whether tokens were rolled back in an environment that has their new versions: its agents go back to the old ones without waiting
 * for signatures.
 */
const goesBack = ({ status, tokens, runs }: Rotation, environment: string): boolean =>
  status === 'open' &&
  runs.some((run) => run.kind === 'deploy' && run.environment === environment) &&
  tokens.some((token) => token.environment === environment && (token.rollback?.currentAt ?? null) !== null)

/** Whether an environment that waits for the sign-offs may be deployed to now. */
export const mayPromote = (rotation: Rotation, environment: string): boolean =>
  rotation.status === 'promoting' || isBreakGlass(rotation) || goesBack(rotation, environment)

/** Whether the checks of the promotion decide something now. */
export const isPromoting = (rotation: Rotation): boolean =>
  rotation.status === 'promoting' ||
  isBreakGlass(rotation) ||
  rotation.tokens.some(({ environment }) => goesBack(rotation, environment))
