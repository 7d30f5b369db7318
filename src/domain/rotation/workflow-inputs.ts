import { revokeWithinHours } from '#domain/revocations/revocation-deadline'
import type { Rotation, Run, RunKind } from './rotation.ts'
import { secretsToRotate } from './runs.ts'

export const MARK_INPUT = 'rotation'

type Value = string | ((rotation: Rotation, environment: string) => string)

const ENVIRONMENT: Value = (_, environment) => environment

/** Inputs that each workflow must declare, besides the mark. */
const INPUTS: Record<RunKind, Record<string, Value>> = {
  rotate: {
    secrets: (rotation) => JSON.stringify(secretsToRotate(rotation)),
    revoke_within_hours: (rotation) => String(revokeWithinHours(rotation)),
  },
  deploy: { environment: ENVIRONMENT },
  smoke: { environment: ENVIRONMENT, suite: 'smoke' },
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

/**
 * The inputs that a workflow is started with, and the values of each that are known before a rotation begins.
 *
 * @param environments every environment that it is started for
 */
export const expectedInputs = (
  kind: RunKind,
  environments: readonly string[],
): { name: string; values: readonly string[] }[] => [
  { name: MARK_INPUT, values: [] },
  ...Object.entries(INPUTS[kind]).map(([name, value]) => ({
    name,
    values: typeof value === 'string' ? [value] : value === ENVIRONMENT ? environments : [],
  })),
]
