import type { StepId } from './steps.ts'

/** Stored in the history: never rename one. `src/checks` defines them. */
export type CheckId = string

/** The environment of a check, what follows the colon in its id; null for one that looks at none. */
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
  how: string
  /** The attestation about the same fact; null when the check alone decides. */
  backs: string | null
  /** It decides only a part of that statement, so another check or a person must decide the rest. */
  partly?: boolean
  /** The environment that it looks at, where it looks at one only; its id ends in `:<environment>` then. */
  environment?: string
  /** The kind of run that does not start before the check has passed or was overridden. */
  guards?: 'rotate'
}
