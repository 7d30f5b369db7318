import { insertEvents } from '#db/queries/events'
import { findHomeViewers } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findNames } from '#db/queries/people'
import { insertRevocations, setRevocation } from '#db/queries/revocations'
import { findRotation, setRotation } from '#db/queries/rotations'
import type { Db, ReadDb } from '#db/schema'
import type { NewJob } from '#domain/ports/outbox-job'
import type { ReplacedVersion, Revocation } from '#domain/revocations/revocation'
import { awaitsAcknowledgement } from '#domain/rotation/break-glass'
import type { Decision } from '#domain/rotation/decision'
import type { ChainHead } from '#domain/rotation/event-chain'
import { BOT_ACTOR, type EventType, type NewEvent, type RotationEvent } from '#domain/rotation/events'
import { keepOneDigest } from '#domain/rotation/keep-one-digest'
import { isFailureOfPerson, lineSubject } from '#domain/rotation/line-subject'
import { recordDigests } from '#domain/rotation/record-digests'
import { Refusal } from '#domain/rotation/refusal'
import { allStepsDone, type Instant, ROLES, type Rotation, rotationLabel } from '#domain/rotation/rotation'
import { recordWork } from '#domain/rotation/work'
import { breakGlassEditJob } from '#outbox/queue/break-glass-jobs'
import { reminderEditsJob } from '#outbox/queue/reminder-jobs'
import {
  approvalNoticeEditJob,
  cardEditJob,
  homeJobs,
  threadLineJob,
  threadMessageJob,
} from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import type { Names } from '#views/state'
import { hasThreadLine, threadLead, threadLine } from '#views/thread'
import { enqueueShownPictures } from './enqueue-pictures.ts'
import { escalationJobs } from './escalation-jobs.ts'
import { transact } from './interaction.ts'

/** A change as it was saved, for the jobs that it needs beyond the card and the thread. */
export interface Change {
  before: Rotation
  after: Rotation
  events: RotationEvent[]
  /** The chain after the change. */
  head: ChainHead
  names: Names
}

/** What a decision changes in the tracked old versions; saved also when the rotation stays as it is. */
export interface RevocationChanges {
  /** Versions to track. */
  added?: ReplacedVersion[]
  /** Versions to track that may not have been replaced at all. */
  addedInUse?: ReplacedVersion[]
  /** Versions with a new state. */
  updated?: Revocation[]
}

/**
 * Decides on a rotation. Its handle can only read; the changes to save are in its result.
 */
export type Decide = (rotation: Rotation, db: ReadDb) => ChangeDecision | Promise<ChangeDecision>
export type ChangeDecision = Decision & { revocations?: RevocationChanges }

/** The jobs of a change beyond the card and the thread's lines. */
export type JobsOf = (change: Change, db: ReadDb) => NewJob[] | Promise<NewJob[]>

/**
 * Reads a rotation, decides, and saves what changes with its events and jobs in one transaction, onto the version
 * that was read. Transactions follow one another, so nobody saves in between.
 *
 * @param jobsOf further jobs of the change
 * @throws Refusal `unknown-rotation`, `changed-meanwhile`, and whatever `decide` refuses
 */
export async function change(
  context: Context,
  rotationId: number,
  decide: Decide,
  jobsOf: JobsOf = () => [],
): Promise<Rotation> {
  const saved = await transact(context, (tx) => changeWithin(context, tx, rotationId, decide, jobsOf))
  if (isStable(saved)) await enqueueShownPictures(context)
  context.outbox.wake()
  return saved
}

/**
 * As `change`, inside a transaction that changes more than this one rotation.
 *
 * @throws Refusal as `change`
 */
export async function changeWithin(
  context: Context,
  tx: Db,
  rotationId: number,
  decide: Decide,
  jobsOf: JobsOf = () => [],
): Promise<Rotation> {
  const before = await findRotation(tx, rotationId)
  if (!before) throw new Refusal('unknown-rotation', { label: rotationLabel(rotationId) })
  const { revocations = {}, ...decision } = await decide(before, tx)
  const { rotation: signable, events: decided } = keepOneDigest(decision, context.clock.now())
  const rotation = recordWork(signable, decided)
  const isChanged = rotation !== before || decided.length > 0
  if (isChanged && !(await setRotation(tx, before, rotation))) throw new Refusal('changed-meanwhile', {})
  await saveRevocations(tx, revocations, context.clock.now())
  if (!isChanged) return before

  const after = { ...rotation, version: before.version + 1 }
  const record = recordDigests(before, after)
  const isSilent = decided.length === 0 && record !== null
  const at = context.clock.now()
  const events = await insertEvents(tx, isSilent ? [recordChanged(rotationId, at)] : decided, record)
  const jobs = [
    ...(decided.length > 0 ? await eventJobs(context, tx, { before, after, events }, jobsOf) : []),
    cardEditJob(
      rotationId,
      `v${after.version}`,
      events.some(({ actor }) => actor !== BOT_ACTOR),
    ),
    ...homeJobs(await findHomeViewers(tx, Date.now()), `${rotationLabel(rotationId)}:v${after.version}`),
    ...(answersReminders(before, after, events)
      ? [reminderEditsJob(`${rotationLabel(rotationId)}:v${after.version}`)]
      : []),
  ]
  await insertJobs(tx, jobs, at)
  return after
}

/** Pictures are not drawn again for each of many tokens while these are being renewed. */
const isStable = ({ status, tokens }: Rotation): boolean =>
  status !== 'open' || tokens.every((token) => token.newVersionId !== null)

/** Whether reminders about the rotation or its tokens may say something else now. */
const answersReminders = (before: Rotation, after: Rotation, events: RotationEvent[]): boolean =>
  before.status !== after.status || events.some(({ actor }) => actor !== BOT_ACTOR)

const recordChanged = (rotationId: number, at: Instant): NewEvent => ({
  type: 'record-changed',
  rotationId,
  actor: BOT_ACTOR,
  at,
  data: {},
})

async function saveRevocations(
  tx: Db,
  { added, addedInUse, updated }: RevocationChanges,
  at: Instant,
): Promise<void> {
  await insertRevocations(tx, added ?? [], at)
  await insertRevocations(tx, addedInUse ?? [], at, 'in-use')
  for (const revocation of updated ?? []) await setRevocation(tx, revocation, at)
}

/** After these, the message that both roles have signed says something else. */
const CHANGES_APPROVAL: readonly EventType[] = [
  'environment-promoted',
  'withdrawn',
  'approval-void',
  'rollback-requested',
  'rotation-completed',
  'rotation-aborted',
]

/** Whether both roles have signed in any round: only then is there such a message. */
const wasSigned = ({ signOffs }: Rotation): boolean =>
  signOffs.some(({ round }) =>
    ROLES.every((role) =>
      signOffs.some((each) => each.round === round && each.role === role && each.decision === 'approved'),
    ),
  )

async function eventJobs(
  context: Context,
  tx: Db,
  saved: Pick<Change, 'before' | 'after' | 'events'>,
  jobsOf: JobsOf,
): Promise<NewJob[]> {
  const { after, events } = saved
  const names = await findNames(tx)
  return [
    ...threadJobs(context, events, names, after),
    ...(wasSigned(after) && events.some(({ type }) => CHANGES_APPROVAL.includes(type))
      ? [approvalNoticeEditJob(after.id, `v${after.version}`)]
      : []),
    ...breakGlassEdits(context, saved),
    ...(await escalationJobs(tx, after, events)),
    ...(await jobsOf({ ...saved, head: headOf(events), names }, tx)),
  ]
}

/** The message that asks for break-glass has its button only while an approver can acknowledge it. */
function breakGlassEdits({ config }: Context, { before, after }: Pick<Change, 'before' | 'after'>): NewJob[] {
  const request = before.breakGlass
  const isAwaited = (rotation: Rotation) => awaitsAcknowledgement(rotation, config.environments)
  return request && isAwaited(before) !== isAwaited(after)
    ? [breakGlassEditJob(after.id, request, `v${after.version}`)]
    : []
}

/** The head of the chain after these events; there is at least one. */
export function headOf(events: readonly ChainHead[]): ChainHead {
  const last = events.at(-1)
  if (!last) throw new TypeError('no events')
  return { count: last.count, hash: last.hash }
}

/** The lines in the thread for events: of their own, or edits of the line that they belong to. */
export function threadJobs(
  { config }: Pick<Context, 'config'>,
  events: RotationEvent[],
  names: Names,
  rotation: Rotation,
): NewJob[] {
  const isPromoted = (environment: string) =>
    config.environments.some(({ name, deploy }) => name === environment && deploy === 'after-sign-off')
  const approved = events.find(({ type }) => type === 'rotation-approved')
  return events.filter(hasThreadLine).flatMap((event) => {
    const subject = lineSubject(event, isPromoted)
    const cause = `event:${event.count}`
    const line = subject ? [threadLineJob(event.rotationId, subject, cause)] : []
    // The request to sign says so too.
    if (isInSignOffRequest(event, rotation)) return []
    if (subject && !isFailureOfPerson(event)) return line
    const words = [event, ...(event.type === 'signed-off' && approved ? [approved] : [])]
    const text = `${threadLead(rotation)}${words.map((each) => threadLine(each, names)).join('\n')}`
    return [...line, threadMessageJob(event.rotationId, cause, { text })]
  })
}

/** Whether a completed step is named in the request to sign, which follows at once. */
export const isInSignOffRequest = (event: RotationEvent, rotation: Rotation): boolean =>
  event.type === 'step-completed' && allStepsDone(rotation) && lineSubject(event, () => false) === null
