import { revokeWithinHours } from '#domain/revocations/revocation-deadline'
import { REVOKE_MODES, type Rotation, type Run, type RunKind } from './rotation.ts'
import { secretsToRotate } from './runs.ts'

export const MARK_INPUT = 'rotation'

type Started = Pick<Run, 'kind' | 'environment' | 'target'>

interface Input {
  value(rotation: Rotation, run: Started): string
  /** Every value that is known before a rotation begins. @param environments every one that the workflow is started for */
  known?(environments: readonly string[]): readonly string[]
}

const environment: Input = { value: (_, run) => run.environment ?? '', known: (environments) => environments }

/** The bot revokes the old version later, where the rotation says so. */
const revokeHours = (rotation: Rotation): string =>
  rotation.revoker === 'bot' ? 'never' : String(revokeWithinHours(rotation))

/** Inputs that each workflow must declare, besides the mark. */
const INPUTS: Record<RunKind, Record<string, Input>> = {
  rotate: {
    secrets: { value: (rotation) => JSON.stringify(secretsToRotate(rotation)) },
    revoke_within_hours: { value: revokeHours },
  },
  deploy: { environment },
  smoke: { environment, suite: { value: () => 'smoke', known: () => ['smoke'] } },
  revoke: {
    secrets: { value: (_, { target }) => JSON.stringify(target?.versions.map((each) => each.secret) ?? []) },
    versions: {
      value: (_, { target }) => JSON.stringify(target?.versions.map((each) => each.versionId) ?? []),
    },
    mode: { value: (_, { target }) => target?.mode ?? '', known: () => REVOKE_MODES },
  },
}

/** The inputs that start a workflow for a rotation. */
export const workflowInputs = (run: Started, rotation: Rotation, mark: string): Record<string, string> => ({
  [MARK_INPUT]: mark,
  ...Object.fromEntries(
    Object.entries(INPUTS[run.kind]).map(([name, input]) => [name, input.value(rotation, run)]),
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
  ...Object.entries(INPUTS[kind]).map(([name, { known }]) => ({ name, values: known?.(environments) ?? [] })),
]
