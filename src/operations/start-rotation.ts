import { insertEvents } from '#db/queries/events'
import { findHomeViewers } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findNames } from '#db/queries/people'
import { findTakenSecrets, insertParts, insertRotationRow, setWork } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import type { Escalation } from '#domain/on-call/escalation'
import type { NewEvent } from '#domain/rotation/events'
import { openRotation } from '#domain/rotation/open-rotation'
import { incidentCall } from '#domain/rotation/raise-to-incident'
import { recordDigests } from '#domain/rotation/record-digests'
import { Refusal } from '#domain/rotation/refusal'
import {
  type Evidence,
  type Instant,
  isIncident,
  type Rotation,
  type RotationToken,
  rotationLabel,
  type Severity,
  type Trigger,
} from '#domain/rotation/rotation'
import { logEntry } from '#domain/rotation/rotation-log'
import { recordWork } from '#domain/rotation/work'
import { barredStart } from '#domain/time/windows'
import { type RegisteredToken, type Scope, tokensInScope } from '#domain/tokens/registry'
import { tokenLabel } from '#domain/tokens/scope'
import { lastRegistry } from '#operations/readings/read-registry'
import { logEntryJob } from '#outbox/queue/github-jobs'
import { escalationEditJob } from '#outbox/queue/on-call-jobs'
import { reminderEditsJob } from '#outbox/queue/reminder-jobs'
import { cardJob, homeJobs } from '#outbox/queue/slack-jobs'
import { windowsOf } from '#read-models/windows'
import type { Context } from '#src/context'
import { headOf, threadJobs } from './change.ts'
import { escalationJobs } from './escalation-jobs.ts'
import { takeForm, transact } from './interaction.ts'

export interface StartRequest {
  by: string
  trigger: Trigger
  severity: Severity | null
  reason: string
  scope: Scope
  evidence?: Evidence[]
  /** Whether on-call is notified; optional for a drill. */
  notifies?: boolean
  /** At a credential anomaly: who decided to disable the old versions although agents may still use them. */
  disableNowBy?: string | null
  /** Runs in the same transaction; throws to roll it back. */
  alongside?: (tx: Db) => Promise<void>
}

/**
 * Opens a rotation for the registry's tokens in scope and posts its card. An incident is logged immediately; P1 and P2
 * notify on-call.
 *
 * @throws Refusal `window-closed`, `unreadable-registry`, `unlisted-environments`, `empty-scope`, `token-in-open-rotation`
 */
export async function startRotation(context: Context, request: StartRequest): Promise<Rotation> {
  if (!isIncident(request)) assertMayStart(context)
  const tokens = await tokensFor(context, request.scope)
  assertListed(context, tokens)
  const rotation = await transact(context, async (tx) => {
    await request.alongside?.(tx)
    return openWithin(context, tx, { ...request, tokens, supersedes: [] })
  })
  context.outbox.wake()
  return rotation
}

/** Asserts that a rotation may be started now; incidents always may. @throws Refusal `window-closed` */
export function assertMayStart(context: Pick<Context, 'clock' | 'config'>): void {
  const barred = barredStart(windowsOf(context), context.clock.now())
  if (barred) throw new Refusal('window-closed', { environment: null, ...barred })
}

/** An incident is not refused for this: its tokens must be replaced all the same, and people decide about their old versions. */
function assertListed({ config }: Context, tokens: RotationToken[]): void {
  const unlisted = tokens.filter(
    (token) => !config.environments.some(({ name }) => name === token.environment),
  )
  if (unlisted.length > 0) throw new Refusal('unlisted-environments', { tokens: unlisted.map(tokenLabel) })
}

/** The registry's tokens in a scope, as a rotation stores them. @throws Refusal `unreadable-registry` */
export async function tokensFor(context: Context, scope: Scope): Promise<RotationToken[]> {
  const registered = tokensInScope(await lastRegistry(context), scope)
  return registered.map((token) => toRotationToken(token, context.config.cadence.days))
}

type Opening = Omit<StartRequest, 'scope'> & {
  tokens: RotationToken[]
  supersedes: number[]
  id?: number
  /** When its number was reserved. */
  at?: Instant
  /** The pages of superseded incidents that go on in this one; on-call is not called again then. */
  carriedOver?: Escalation[]
}

/**
 * Opens a rotation inside a transaction, with its jobs.
 *
 * @throws AlreadyTaken when the same form has opened one
 */
export async function openWithin(context: Context, tx: Db, opening: Opening): Promise<Rotation> {
  const {
    at = context.clock.now(),
    by,
    severity,
    reason,
    notifies = true,
    supersedes,
    carriedOver = [],
  } = opening
  await takeForm(tx)
  const id = opening.id ?? (await reserveRotation(context, tx, opening, at))
  const { rotation: unworked, events: opened } = openRotation(
    { ...opening, id, at, revoker: context.config.revoke.by },
    await findTakenSecrets(tx),
  )
  const rotation = recordWork(unworked, opened)
  await setWork(tx, rotation)
  await insertParts(tx, null, rotation)
  const isCalled = severity !== null && notifies && carriedOver.length === 0
  const called = isCalled ? incidentCall(id, { by, at, severity, reason }, 'opened') : []
  const all = [
    ...opened.map((event) =>
      event.type === 'rotation-opened' && supersedes.length > 0
        ? { ...event, data: { ...event.data, supersedes } }
        : event,
    ),
    ...called,
    ...carriedOver.map((call) => carriedEvent(call, { id, by, at })),
  ]
  const events = await insertEvents(tx, all, recordDigests(null, rotation))
  const names = await findNames(tx)
  const jobs = [
    cardJob(id),
    ...threadJobs(context, events, names, rotation),
    ...(await escalationJobs(tx, rotation, events)),
    ...carriedOver.map((call) => escalationEditJob(call, `carried-over:${rotationLabel(id)}`)),
    ...homeJobs(await findHomeViewers(tx, Date.now()), `${rotationLabel(id)}:v1`),
    reminderEditsJob(`${rotationLabel(id)}:v1`),
  ]
  if (isIncident(rotation))
    jobs.push(logEntryJob(id, logEntry(rotation, 'incident-opened', at, headOf(events), names)))
  await insertJobs(tx, jobs, at)
  return rotation
}

const carriedEvent = (
  { id: escalation, cause, severity, rotationId: from }: Escalation,
  { id, by, at }: { id: number; by: string; at: Instant },
): NewEvent => ({
  type: 'escalation-carried-over',
  rotationId: id,
  actor: by,
  at,
  data: { escalation, cause, severity, from: from ?? id },
})

/**
 * Reserves a rotation's number, so that others can refer to it before it is opened in the same transaction. None is given before
 * the database was compared with the log, which may have newer rotations.
 *
 * @throws Refusal `records-not-compared`
 */
export async function reserveRotation(
  { config, integrity: { records } }: Context,
  tx: Db,
  {
    by,
    trigger,
    severity,
    reason,
    evidence = [],
    notifies = true,
    disableNowBy = null,
  }: Omit<StartRequest, 'scope'>,
  at: Instant,
): Promise<number> {
  if (records.state === 'unknown') throw new Refusal('records-not-compared', { reason: records.why })
  return insertRotationRow(tx, {
    version: 1,
    status: 'open',
    trigger,
    severity,
    reason,
    ownerId: by,
    openedAt: at,
    round: 1,
    evidenceJson: JSON.stringify(evidence),
    notifies: notifies ? 1 : 0,
    revoker: config.revoke.by,
    disableNowBy,
  })
}

const toRotationToken = (token: RegisteredToken, cadenceDays: number): RotationToken => ({
  ...token,
  cadenceDays: token.cadenceDays ?? cadenceDays,
  previousVersionId: null,
  previousVersionAt: null,
  newVersionId: null,
  newVersionAt: null,
  rollback: null,
})
