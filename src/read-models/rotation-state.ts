import { definitions } from '#checks/index'
import { findCurrentChecks } from '#db/queries/checks'
import { findEscalations } from '#db/queries/escalations'
import { findLogUrl, findUndelivered } from '#db/queries/job-results'
import { findMessage } from '#db/queries/messages'
import { findRevocations } from '#db/queries/revocations'
import { findRecentRotations, findRotation } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import { isOpenEscalation } from '#domain/on-call/escalation'
import type { JobKind } from '#domain/ports/outbox-job'
import type { CheckId } from '#domain/rotation/checks'
import type { Rotation } from '#domain/rotation/rotation'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import type { Context } from '#src/context'
import type { HistoryEntry } from '#views/history'
import type { RotationState } from '#views/state'

const JOB_TITLES: Record<JobKind, string> = {
  card: 'card',
  'thread-message': 'message in the thread',
  notice: 'completion notice',
  'test-notice': 'test notice',
  'log-entry': 'log entry',
  'workflow-dispatch': 'start of the workflow',
  'secret-rotation': 'request to the secrets manager',
  'run-progress': 'progress in the thread',
  'inventory-export': 'token list',
  home: 'App Home',
  picture: 'picture',
  reminder: 'reminder',
  'reminder-to-owner': 'reminder to an owner',
  'channel-message': 'message in the channel',
  'direct-message': 'direct message',
  'registry-proposal': 'pull request for the registry',
  'ticket-comment': 'comment on the ticket',
  page: 'page to on-call',
  escalation: 'escalation message in the thread',
}

/**
 * Everything that a view of one rotation needs, or undefined when there is no such rotation.
 *
 * @param db the handle to read with; a transaction's, inside one
 * @param running checks that are being run now
 */
export async function loadState(
  context: Pick<Context, 'config'>,
  db: Db,
  id: number,
  running: CheckId[] = [],
): Promise<RotationState | undefined> {
  const rotation = await findRotation(db, id)
  return rotation && describeRotation(context, db, rotation, running)
}

/** As `loadState`, for a rotation that was read already. */
export async function describeRotation(
  { config }: Pick<Context, 'config'>,
  db: Db,
  rotation: Rotation,
  running: CheckId[] = [],
): Promise<RotationState> {
  const checks = await findCurrentChecks(db, rotation)
  const undelivered = await findUndelivered(db, rotation.id)
  const card = await findMessage(db, rotation.id, 'card')
  const { 'devops-lead': devopsLead, 'ai-ops-owner': aiOpsOwner } = config.people
  return {
    rotation,
    definitions,
    checks,
    running,
    revocations: await findRevocations(db, rotation.id),
    undelivered: undelivered.map(({ kind, problem }) => ({ what: JOB_TITLES[kind], reason: problem })),
    logUrl: await findLogUrl(db, rotation.id),
    rotatesWith: config.rotate.with,
    timeZone: config.cadence['time-zone'],
    ticket: config.ticket,
    approvers: { 'devops-lead': devopsLead, 'ai-ops-owner': aiOpsOwner },
    digest: signOffDigest(rotation, checks),
    escalations: (await findEscalations(db, rotation.id)).filter(isOpenEscalation),
    permalink: card?.permalink ?? null,
  }
}

/** The newest rotations with the addresses of their cards, newest first. @param limit how many at most */
export async function loadRecent(db: Db, limit: number): Promise<HistoryEntry[]> {
  const rotations = await findRecentRotations(db, limit)
  return Promise.all(
    rotations.map(async (rotation) => {
      const message = await findMessage(db, rotation.id, 'card')
      return { rotation, permalink: message?.permalink ?? null }
    }),
  )
}
