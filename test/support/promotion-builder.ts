import { EXAMPLE_ENVIRONMENT_CHECKS } from './example-checks.ts'
import {
  AI_OPS_OWNER,
  aCheck,
  aRun,
  aSignOff,
  aState,
  nineTokens,
  type RotationParts,
  type StateParts,
} from './rotation-builder.ts'

const SIGNED = [aSignOff({ delegateOf: 'U0LEAD' }), aSignOff({ role: 'ai-ops-owner', by: AI_OPS_OWNER })]

/** R42 in step 4, with the checks of the runbook's environments. */
export const withEnvironments = (rotation: RotationParts = {}, parts: StateParts = {}) =>
  aState({ definitions: EXAMPLE_ENVIRONMENT_CHECKS, ...parts, rotation: { done: 3, ...rotation } })

/** R42 signed by both roles, its production still to be deployed to. */
export const promoting = (rotation: RotationParts = {}, parts: StateParts = {}) =>
  withEnvironments(
    { status: 'promoting', done: 5, tokens: nineTokens(9), signOffs: SIGNED, ...rotation },
    parts,
  )

export const deployment = (parts = {}) => aRun({ kind: 'deploy', environment: 'production', ...parts })
/** Passed results of every check of these environments. */
export const passed = (...environments: string[]) =>
  EXAMPLE_ENVIRONMENT_CHECKS.filter(({ environment = '' }) => environments.includes(environment)).map(
    ({ id }) => aCheck(id),
  )
/** The three tokens of one environment. */
export const only = (environment: string) => nineTokens().filter((token) => token.environment === environment)
