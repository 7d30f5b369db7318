import { definitionsFor } from '#checks/index'
import { findNewestChecksOf } from '#db/queries/checks'
import { findConfirmationEvents } from '#db/queries/confirmations'
import { findOpenEscalationsOf } from '#db/queries/escalations'
import { findFoundRuns } from '#db/queries/found-runs'
import { findDeliveries } from '#db/queries/job-results'
import { findCards } from '#db/queries/messages'
import { findRevocationsOf } from '#db/queries/revocations'
import { findRecentRotations, findRotation } from '#db/queries/rotations'
import { findWaivers } from '#db/queries/waivers'
import type { ReadDb } from '#db/schema'
import type { JobKind } from '#domain/ports/outbox-job'
import type { WatchTimes } from '#domain/revocations/retirement'
import type { CheckId } from '#domain/rotation/checks'
import { pendingConfirmations } from '#domain/rotation/confirmation'
import { currentResults } from '#domain/rotation/current-results'
import type { CheckResult, Rotation } from '#domain/rotation/rotation'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import { inDeploymentOrder } from '#domain/tokens/scope'
import type { Context } from '#src/context'
import type { HistoryEntry } from '#views/history'
import type { RotationState } from '#views/state'
import { runbookNames } from './runbook-names.ts'
import { windowsOf } from './windows.ts'

const JOB_TITLES: Record<JobKind, string> = {
  card: 'card',
  'thread-message': 'message in the thread',
  'approval-notice': 'message that both roles have signed',
  'break-glass': 'request to deploy before the sign-offs',
  notice: 'completion notice',
  'test-notice': 'test notice',
  'log-entry': 'log entry',
  'workflow-dispatch': 'start of the workflow',
  'secret-rotation': 'request to the secrets manager',
  'thread-line': 'line in the thread',
  'inventory-export': 'token list',
  'sign-off-record': 'record that is signed',
  home: 'App Home',
  picture: 'picture',
  reminder: 'reminder',
  'reminder-edits': 'edit of earlier reminders',
  'reminder-to-owner': 'reminder to an owner',
  'channel-message': 'message in the channel',
  'direct-message': 'direct message',
  'registry-proposal': 'pull request for the registry',
  'ticket-comment': 'comment on the ticket',
  page: 'page to on-call',
  escalation: 'escalation message in the thread',
  'edit-again': 'another edit of a message',
}

/** @param kind may be one of a newer version, which shares the database while bots are updated */
const titleOf = (kind: JobKind): string => JOB_TITLES[kind] ?? 'something from a newer version of the bot'

/**
 * Everything that a view of one rotation needs, or undefined when there is no such rotation.
 *
 * @param db the handle to read with; a transaction's, inside one
 */
export async function loadState(
  context: Pick<Context, 'config'>,
  db: ReadDb,
  id: number,
): Promise<RotationState | undefined> {
  const rotation = await findRotation(db, id)
  return rotation && describeRotation(context, db, rotation)
}

/** As `loadState`, for a rotation that was read already. */
export async function describeRotation(
  context: Pick<Context, 'config'>,
  db: ReadDb,
  rotation: Rotation,
): Promise<RotationState> {
  const [state] = await describeRotations(context, db, [rotation])
  if (!state) throw new TypeError('a state for each rotation')
  return state
}

/** As `loadState`, for several rotations that were read already, with as many queries as for one. */
export async function describeRotations(
  { config }: Pick<Context, 'config'>,
  db: ReadDb,
  rotations: Rotation[],
): Promise<RotationState[]> {
  if (rotations.length === 0) return []
  const ids = rotations.map((rotation) => rotation.id)
  const newestChecks = await findNewestChecksOf(db, ids)
  const deliveries = await findDeliveries(db, ids)
  const cards = await findCards(db, ids)
  const revocations = await findRevocationsOf(db, ids)
  const escalations = await findOpenEscalationsOf(db, ids)
  const found = await findFoundRuns(db)
  const waivers = await findWaivers(db)
  const confirmations = config['sign-off'].confirm === 'github' ? await findConfirmationEvents(db, ids) : []
  const { 'devops-lead': devopsLead, 'ai-ops-owner': aiOpsOwner } = config.people
  return rotations.map((stored) => {
    const rotation = shownRotation({ config }, stored)
    const checks = currentResults(rotation, newestChecks(rotation.id))
    const { undelivered, logUrl, ticketUrl } = deliveries(rotation.id)
    return {
      rotation,
      waivers,
      confirmations: pendingConfirmations(
        rotation,
        signOffDigest(rotation),
        confirmations.filter((event) => event.rotationId === rotation.id),
      ),
      definitions: definitionsFor(rotation, config.environments),
      environments: config.environments,
      checks,
      running: [],
      revocations: revocations(rotation.id),
      watch: watchTimes(config),
      undelivered: undelivered.map(({ kind, problem, limitedUntil }) => ({
        what: titleOf(kind),
        reason: problem,
        until: limitedUntil,
      })),
      logUrl,
      ticketUrl,
      rotatesWith: config.rotate.with,
      timeZone: config.cadence['time-zone'],
      windows: windowsOf({ config }),
      runbook: runbookNames({ config }),
      approvers: { 'devops-lead': devopsLead, 'ai-ops-owner': aiOpsOwner },
      digest: signOffDigest(rotation),
      escalations: escalations(rotation.id),
      found,
      permalink: cards.get(rotation.id)?.permalink ?? null,
    }
  })
}

/** With its tokens in the order of screens. */
const shownRotation = ({ config }: Pick<Context, 'config'>, rotation: Rotation): Rotation => ({
  ...rotation,
  tokens: inDeploymentOrder(rotation.tokens, config.environments),
})

/** How long a disabled version is watched, from the config. */
export const watchTimes = ({ revoke }: Context['config']): WatchTimes => ({
  watchMinutes: revoke['watch-minutes'],
  watchHours: revoke['watch-hours'],
})

/** The state while these checks run. @param fresh results of checks that ended after the state was read */
export function withRunning(
  state: RotationState,
  running: Iterable<CheckId>,
  fresh: CheckResult[],
): RotationState {
  const earlier = state.checks.filter((result) => !fresh.some((each) => each.check === result.check))
  return { ...state, running: [...running], checks: [...earlier, ...fresh] }
}

/** The newest rotations with the addresses of their cards, newest first. @param limit how many at most */
export async function loadRecent(
  { db, config }: Pick<Context, 'db' | 'config'>,
  limit: number,
): Promise<HistoryEntry[]> {
  const rotations = await findRecentRotations(db, limit)
  const cards = await findCards(
    db,
    rotations.map((rotation) => rotation.id),
  )
  return rotations.map((rotation) => ({
    rotation: shownRotation({ config }, rotation),
    permalink: cards.get(rotation.id)?.permalink ?? null,
  }))
}
