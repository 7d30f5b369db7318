import type { Rotation, Run, RunKind } from './rotation.ts'
import { revokeWithinHours, secretsToRotate } from './runs.ts'

/** The input that carries the mark by which a run is found. */
export const MARK_INPUT = 'rotation'

type Value = string | ((rotation: Rotation, environment: string) => string)

/** What each workflow is given beside the mark; each must declare these as its inputs. */
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

/** The inputs that a workflow must take; with a value where it is always the same. */
export const expectedInputs = (kind: RunKind): { name: string; value: string | null }[] => [
  { name: MARK_INPUT, value: null },
  ...Object.entries(INPUTS[kind]).map(([name, value]) => ({
    name,
    value: typeof value === 'string' ? value : null,
  })),
]
