import type { Rotation, Run, RunKind } from './rotation.ts'
import { revokeWithinHours, secretsToRotate } from './runs.ts'

export const MARK_INPUT = 'rotation'

type Value = string | ((rotation: Rotation, environment: string) => string)

/** Inputs that each workflow must declare, besides the mark. */
const INPUTS: Record<RunKind, Record<string, Value>> = {
  rotate: {
    secrets: (rotation) => JSON.stringify(secretsToRotate(rotation)),
    revoke_within_hours: (rotation) => String(revokeWithinHours(rotation)),
  },
  deploy: { environment: (_, environment) => environment },
  smoke: { environment: (_, environment) => environment, suite: 'smoke' },
}

/** The inputs that start a workflow for a rotation. */
export const workflowInputs = (
  { kind, environment }: Pick<Run, 'kind' | 'environment'>,
  rotation: Rotation,
  mark: string,
): Record<string, string> => ({
  [MARK_INPUT]: mark,
  ...Object.fromEntries(
    Object.entries(INPUTS[kind]).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : value(rotation, environment ?? ''),
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
