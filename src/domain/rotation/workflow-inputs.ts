import { revokeWithinHours } from '#domain/revocations/revocation-deadline'
import { REVOKE_MODES, type Revoker, type Rotation, type Run, type RunKind, TRIGGERS } from './rotation.ts'
import { secretsOfNextRun } from './split-run.ts'

export const MARK_INPUT = 'rotation'

type Started = Pick<Run, 'kind' | 'environment' | 'target'>

/** What the values of a bot's inputs depend on. */
export interface StartSettings {
  /** Every environment that the workflow is started for. */
  environments: readonly string[]
  /** Who revokes old versions. */
  revoker: Revoker
}

interface Input {
  value(rotation: Rotation, run: Started): string
  /** Every value, where they are known before a rotation begins. */
  known?(settings: StartSettings): readonly string[]
  /** Where they are not. */
  example?: string
}

const environment: Input = {
  value: (_, run) => run.environment ?? '',
  known: ({ environments }) => environments,
}

/** The bot revokes the old version later, where the rotation says so. */
const revokeHours = (rotation: Rotation): string =>
  rotation.revoker === 'bot' ? LATER : String(revokeWithinHours(rotation))

const LATER = 'never'

/** Inputs that each workflow must declare, besides the mark. */
const INPUTS: Record<RunKind, Record<string, Input>> = {
  rotate: {
    secrets: {
      value: (rotation) => JSON.stringify(secretsOfNextRun(rotation)),
      example: '["agents/production/evaluator"]',
    },
    revoke_within_hours: {
      value: revokeHours,
      known: ({ revoker }) =>
        revoker === 'bot'
          ? [LATER]
          : TRIGGERS.map((trigger) =>
              String(revokeWithinHours({ trigger, revoker, disableNowBy: null })),
            ).filter(isFirst),
    },
  },
  deploy: { environment },
  smoke: { environment, suite: { value: () => 'smoke', known: () => ['smoke'] } },
  revoke: {
    secrets: {
      value: (_, { target }) => JSON.stringify(target?.versions.map((each) => each.secret) ?? []),
      example: '["agents/production/evaluator"]',
    },
    versions: {
      value: (_, { target }) => JSON.stringify(target?.versions.map((each) => each.versionId) ?? []),
      example: '["a1b2c3d4-0000-4000-8000-000000000000"]',
    },
    mode: { value: (_, { target }) => target?.mode ?? '', known: () => REVOKE_MODES },
  },
}

const isFirst = (value: string, index: number, all: string[]): boolean => all.indexOf(value) === index

/** The inputs that start a workflow for a rotation. */
export const workflowInputs = (run: Started, rotation: Rotation, mark: string): Record<string, string> => ({
  [MARK_INPUT]: mark,
  ...Object.fromEntries(
    Object.entries(INPUTS[run.kind]).map(([name, input]) => [name, input.value(rotation, run)]),
  ),
})

/** An input that a workflow is started with. */
export interface ExpectedInput {
  name: string
  /** Every value, or examples. */
  values: readonly string[]
  /** Whether the values are all that the bot sends. */
  isComplete: boolean
}

/** The inputs that a workflow is started with. */
export const expectedInputs = (kind: RunKind, settings: StartSettings): ExpectedInput[] => [
  { name: MARK_INPUT, values: ['R42', 'R42.2'], isComplete: false },
  ...Object.entries(INPUTS[kind]).map(([name, { known, example = '' }]) => ({
    name,
    values: known?.(settings) ?? [example],
    isComplete: known !== undefined,
  })),
]
