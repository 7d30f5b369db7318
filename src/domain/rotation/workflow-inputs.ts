import type { Rotation, RunKind } from './rotation.ts'
import { revokeWithinHours, secretsToRotate } from './runs.ts'

export const MARK_INPUT = 'rotation'

type Value = string | ((rotation: Rotation) => string)

/** Inputs that each workflow must declare, besides the mark. */
const INPUTS: Record<RunKind, Record<string, Value>> = {
  rotate: {
    secrets: (rotation) => secretsToRotate(rotation).join(','),
    revoke_within_hours: (rotation) => String(revokeWithinHours(rotation)),
  },
  deploy: { environment: 'staging' },
  smoke: { environment: 'staging', suite: 'smoke' },
}

export const workflowInputs = (kind: RunKind, rotation: Rotation, mark: string): Record<string, string> => ({
  [MARK_INPUT]: mark,
  ...Object.fromEntries(
    Object.entries(INPUTS[kind]).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value(rotation),
    ]),
  ),
})

export const expectedInputs = (kind: RunKind): { name: string; value: string | null }[] => [
  { name: MARK_INPUT, value: null },
  ...Object.entries(INPUTS[kind]).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : null,
  })),
]
