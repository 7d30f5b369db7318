import type { Decision } from '#domain/rotation/decision'
import type { Environment } from '#domain/rotation/environments'
import { BOT_ACTOR } from '#domain/rotation/events'
import { requestRevocation, revocationRuns } from '#domain/rotation/request-revocation'
import {
  type Instant,
  isClosed,
  type RevokeMode,
  type Rotation,
  type TokenRollback,
} from '#domain/rotation/rotation'
import {
  type NextRetirement,
  nextRetirement,
  type OldVersionUse,
  type RetirementSettings,
} from './retirement.ts'
import type { RetirementStage, Revocation } from './revocation.ts'
import { nextOfRollback } from './rollback-step.ts'
import { isOnHold } from './verified-versions.ts'

export interface Retirement {
  /** The use of each version that depends on it, by the row's id. */
  uses: ReadonlyMap<number, OldVersionUse>
  environments: readonly Environment[]
  settings: RetirementSettings
  now: Instant
}

/** The old versions whose retirement the bot decides on. */
export const retiredByBot = (rows: Revocation[]): Revocation[] =>
  rows.filter((row) => row.revoker === 'bot' && row.state === 'waiting')

const STAGES: Record<RevokeMode, RetirementStage> = {
  disable: 'disabling',
  destroy: 'destroying',
  restore: 'restoring',
  'make-current': 'restoring',
}

/**
 * Decides what happens to the old versions of a rotation next: starts the revocation workflow, once for each environment and mode,
 * and notes what every other version waits for.
 *
 * @param rows every version that the rotation replaced
 */
export function retireVersions(
  rotation: Rotation,
  rows: Revocation[],
  { uses, environments, settings, now }: Retirement,
): Decision & { updated: Revocation[] } {
  const decided = retiredByBot(rows).map((row) => {
    const runs = revocationRuns(rotation, row)
    const back = rollbackTo(rotation, row)
    if (back) {
      const since = runs.filter((run) => run.requestedAt >= back.at)
      return { row, next: nextOfRollback(row, since, now), by: back.by }
    }
    const next: NextRetirement = isOnHold(rotation, row, environments)
      ? { act: 'wait', stage: 'deployment', note: holdWords(row) }
      : nextRetirement(row, { runs, use: uses.get(row.id) ?? null, now, settings })
    return { row, next, by: next.act === 'restore' ? BOT_ACTOR : (row.forcedBy ?? BOT_ACTOR) }
  })
  const requests = Map.groupBy(
    decided.flatMap(({ row, next, by }) => (next.act === 'wait' ? [] : [{ row, act: next.act, by }])),
    ({ row, act, by }) => `${row.environment} ${act} ${by}`,
  )
  const start: Decision = { rotation, events: [] }
  const { rotation: after, events } = [...requests.values()].reduce((decision, group) => {
    const [first] = group
    if (!first) return decision
    const versions = group.map(({ row: { secret, versionId } }) => ({ secret, versionId }))
    const request = { environment: first.row.environment, mode: first.act, versions }
    const next = requestRevocation(decision.rotation, request, now, first.by)
    return { rotation: next.rotation, events: [...decision.events, ...next.events] }
  }, start)
  const updated = decided.flatMap(({ row, next }) => {
    const stage = next.act === 'wait' ? next.stage : STAGES[next.act]
    const isSame = row.stage === stage && withoutNumbers(row.stageNote ?? '') === withoutNumbers(next.note)
    return isSame ? [] : [{ ...row, stage, stageNote: next.note }]
  })
  // A new object, so that the card is drawn again.
  return { rotation: updated.length > 0 && after === rotation ? { ...rotation } : after, events, updated }
}

/** The decision to go back to an old version, while it is not the current one. */
const rollbackTo = (rotation: Rotation, row: Revocation): TokenRollback | null =>
  // An aborted rotation holds its tokens no longer.
  (isClosed(rotation) ? [] : rotation.tokens).find(
    (token) =>
      token.secret === row.secret &&
      token.rollback?.to === row.versionId &&
      token.rollback.currentAt === null,
  )?.rollback ?? null

/** The card is not drawn again for a count that rose. */
const withoutNumbers = (note: string): string => note.replace(/\d+/g, '')

const holdWords = ({ environment }: Revocation): string =>
  `${environment} was not verified to run on the new version yet, or is to be verified again`
