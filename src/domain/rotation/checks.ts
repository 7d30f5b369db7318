import type { StepId } from './steps.ts'

/** Names a check in the history: never rename one. Which ones there are is known to `src/checks` alone. */
export type CheckId = string

/** What the domain and the views know of a check; how it looks is its own business. */
export interface CheckDefinition {
  id: CheckId
  step: StepId
  title: string
  /** What it looks at, in words that follow “how”. */
  how: string
  /** Id of the attestation that a person confirms about the same thing; null when the check decides alone. */
  backs: string | null
}
