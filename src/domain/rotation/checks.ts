import type { StepId } from './steps.ts'

/** Names a check in the history: never rename one. Which ones there are is known to `src/checks` alone. */
export type CheckId = string

/** The environment of a check such as `deployed:staging`; null for one that looks at none. */
export const environmentOfCheck = (id: CheckId): string | null => {
  const colon = id.indexOf(':')
  return colon < 0 ? null : id.slice(colon + 1)
}

/** Where a check belongs: a step of the runbook, or the promotion after the sign-offs. */
export type CheckPhase = StepId | 'promotion'

/** The step that a phase belongs to: what is verified after the sign-offs is integration as well. */
export const stepOfPhase = (phase: CheckPhase): StepId =>
  phase === 'promotion' ? 'integration-verification' : phase

/** What the domain and the views know of a check; how it looks is its own business. */
export interface CheckDefinition {
  id: CheckId
  step: CheckPhase
  title: string
  /** What it looks at, in words that follow “how”. */
  how: string
  /** Id of the attestation that a person confirms about the same thing; null when the check decides alone. */
  backs: string | null
  /** The environment that it looks at, where it looks at one only; its id ends in `:<environment>` then. */
  environment?: string
}
