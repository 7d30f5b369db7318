import { type Revocation, toOldVersion } from '#domain/revocations/revocation'
import { tokenLabel } from '#domain/tokens/scope'
import { assertNotClosed, type Decision, unchanged } from './decision.ts'
import { Refusal, type Refusals } from './refusal.ts'
import {
  type Instant,
  isRunning,
  type Rotation,
  type RotationToken,
  type Step,
  type TokenRollback,
} from './rotation.ts'
import { runInProgress } from './runs.ts'
import type { StepId } from './steps.ts'

/** Why a token cannot go back to its old version. */
export type RollbackObstacle = Refusals['cannot-roll-back']['versions'][number]['why']

/** The old version that a token had before the rotation, and what keeps it from going back there. */
export interface RollbackOption {
  row: Revocation
  token: RotationToken
  /** Null where it can be rolled back. */
  obstacle: RollbackObstacle | null
}

/** The tokens of a rotation that have an old version, in order. @param rows every version that the rotation replaced */
export const rollbackOptions = ({ tokens }: Pick<Rotation, 'tokens'>, rows: Revocation[]): RollbackOption[] =>
  tokens.flatMap((token) => {
    const row = rows.find((each) => each.secret === token.secret && each.versionId === oldVersionOf(token))
    return row ? [{ row, token, obstacle: obstacleOf(row, token) }] : []
  })

const oldVersionOf = ({ rollback, previousVersionId }: RotationToken): string | null =>
  rollback?.to ?? previousVersionId

function obstacleOf(row: Revocation, token: RotationToken): RollbackObstacle | null {
  if (token.rollback) return token.rollback.currentAt === null ? 'in-progress' : 'rolled-back'
  if (row.leakedIn !== null) return 'leaked'
  if (row.state === 'proven' || row.issuer === 'destroyed') return 'destroyed'
  if (row.state === 'recorded') return 'recorded'
  if (row.state === 'in-use') return 'current'
  return row.forcedAt === null ? null : 'forced'
}

export interface RollbackRequest {
  /** Of the tracked old versions. */
  ids: number[]
  reason: string
  by: string
  at: Instant
}

/** What is verified again with the old versions. */
const REOPENED: StepId = 'integration-verification'

/**
 * Takes tokens back to their old versions: the revocation workflow makes these current, their environments are deployed to and
 * verified again, and then the new versions are retired. Both roles sign again; the other tokens go on.
 *
 * @param rows every version that the rotation replaced
 * @throws Refusal `rotation-closed`, `rollback-by-workflow`, `reason-missing`, `nothing-to-roll-back`, `cannot-roll-back`,
 *   `run-in-progress`
 */
export function requestRollback(rotation: Rotation, rows: Revocation[], request: RollbackRequest): Decision {
  const { ids, reason, by, at } = request
  assertNotClosed(rotation)
  const options = rollbackOptions(rotation, rows)
  const chosen = options.filter(({ row }) => ids.includes(row.id))
  const isRepeated = ({ token: { rollback } }: RollbackOption) =>
    rollback !== null && rollback.by === by && rollback.reason === reason
  if (chosen.length > 0 && chosen.every(isRepeated)) return unchanged(rotation)
  if (rotation.revoker !== 'bot') throw new Refusal('rollback-by-workflow', { rotation: rotation.id })
  if (reason.trim() === '') throw new Refusal('reason-missing', {})
  if (chosen.length < new Set(ids).size || chosen.length === 0)
    throw new Refusal('nothing-to-roll-back', { rotation: rotation.id })
  assertPossible(chosen, options)
  const running = rotation.runs.find(isRunning)
  if (running) throw runInProgress(running, { isSame: false })
  const secrets = chosen.map(({ row }) => row.secret)
  const places = new Set(chosen.map(({ row }) => row.environment))
  const rollbackOf = (token: RotationToken, to: string): TokenRollback => ({
    to,
    by,
    at,
    reason,
    madeAt: token.previousVersionAt,
    currentAt: null,
  })
  return {
    rotation: {
      ...rotation,
      status: 'open',
      round: rotation.round + 1,
      promoted: rotation.promoted.filter((each) => !places.has(each.environment)),
      steps: rotation.steps.map((step) => (step.id === REOPENED ? reopened(step) : step)),
      tokens: rotation.tokens.map((token) => {
        const option = secrets.includes(token.secret) && chosen.find(({ row }) => row.secret === token.secret)
        return option ? { ...token, rollback: rollbackOf(token, option.row.versionId) } : token
      }),
    },
    events: [
      {
        type: 'rollback-requested',
        rotationId: rotation.id,
        actor: by,
        at,
        data: { versions: chosen.map(({ row }) => toOldVersion(row)), reason },
      },
    ],
  }
}

function assertPossible(chosen: RollbackOption[], options: RollbackOption[]): void {
  const versions = chosen.flatMap(({ row, obstacle }) =>
    obstacle === null ? [] : [{ label: tokenLabel(row), why: obstacle }],
  )
  if (versions.length === 0) return
  const possible = options.filter(({ obstacle }) => obstacle === null).length
  throw new Refusal('cannot-roll-back', { versions, possible })
}

const reopened = (step: Step): Step => ({
  ...step,
  completion: null,
  earlier: step.completion ? [...step.earlier, step.completion.by] : step.earlier,
})
