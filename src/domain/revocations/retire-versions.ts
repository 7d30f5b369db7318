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
  mayBeDisabled,
  type NextRetirement,
  nextRetirement,
  type OldVersionUse,
  type RetirementSettings,
} from './retirement.ts'
import { isUnresolved, type RetirementStage, type Revocation } from './revocation.ts'
import { nextOfRollback } from './rollback-step.ts'
import { isInferable, isOnHold } from './verified-versions.ts'

export interface Retirement {
  /** The use of each version that depends on it, by the row's id. */
  uses: ReadonlyMap<number, OldVersionUse>
  environments: readonly Environment[]
  settings: RetirementSettings
  now: Instant
}

/** The old versions whose retirement the bot decides on; one that is in use again may still be disabled. */
export const retiredByBot = (rows: Revocation[]): Revocation[] =>
  rows.filter((row) => row.revoker === 'bot' && isUnresolved(row))

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
  const decided = retiredByBot(rows)
    .map((row) => {
      const runs = revocationRuns(rotation, row)
      const back = rollbackTo(rotation, row)
      if (back) {
        const since = runs.filter((run) => run.requestedAt >= back.at)
        return { row, next: nextOfRollback(row, since, now), by: back.by }
      }
      const read = uses.get(row.id) ?? null
      const use = isInferable(rotation, row, environments) || mayBeDisabled(row, runs) ? read : labelled(read)
      const decision = nextRetirement(row, { runs, use, now, settings })
      const next = isOnHold(rotation, row, environments) ? held(row, decision) : decision
      return { row, next, by: next.act === 'restore' ? BOT_ACTOR : (row.forcedBy ?? BOT_ACTOR) }
    })
    .filter(({ row, next }) => row.state === 'waiting' || isWayBack(next))
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

/** The same use, unless it was only inferred from a deployment. */
const labelled = (use: OldVersionUse | null): OldVersionUse | null =>
  use?.state === 'unused' && use.basis === 'inferred'
    ? { state: 'unknown', sentence: `${use.sentence}, and no check saw a deployment` }
    : use

/** Whatever holds a version, an agent that is refused gets it back. */
const isWayBack = (next: NextRetirement): boolean =>
  next.act === 'wait' ? next.stage === 'restoring' : next.act === 'restore'

const held = (row: Revocation, next: NextRetirement): NextRetirement =>
  isWayBack(next) ? next : { act: 'wait', stage: 'deployment', note: holdWords(row) }

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
