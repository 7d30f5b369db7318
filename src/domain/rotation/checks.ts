import type { StepId } from './steps.ts'

/** Stored in the history: never rename one. `src/checks` defines them. */
export type CheckId = string

export interface CheckDefinition {
  id: CheckId
  step: StepId
  title: string
  how: string
  /** The attestation about the same fact; null when the check alone decides. */
  backs: string | null
}
