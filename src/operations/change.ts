import { insertEvents } from '#db/queries/events'
import { findHomeViewers } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findNames } from '#db/queries/people'
import { findRotation, setRotation } from '#db/queries/rotations'
import type { Db } from '#db/schema'
import type { NewJob } from '#domain/ports/outbox-job'
import type { Decision } from '#domain/rotation/decision'
import type { ChainHead, RotationEvent } from '#domain/rotation/events'
import { Refusal } from '#domain/rotation/refusal'
import { type Rotation, rotationLabel } from '#domain/rotation/rotation'
import { cardEditJob, homeJobs, threadMessageJob } from '#outbox/queue'
import type { Context } from '#src/context'
import type { Names } from '#views/state'
import { threadLine } from '#views/thread'
import { shortName } from '#views/words'
import { enqueuePictures } from './enqueue-pictures.ts'
import { escalationJobs } from './escalation-jobs.ts'

/** A change as it was saved, for the jobs that it owes beyond the card and the thread. */
export interface Change {
  before: Rotation
  after: Rotation
  events: RotationEvent[]
  /** The chain after the change. */
  head: ChainHead
  names: Names
}

/** The jobs of a change beyond the card and the thread's lines; reads with the transaction's handle only. */
export type Owes = (change: Change, tx: Db) => NewJob[] | Promise<NewJob[]>

const ATTEMPTS = 3

/**
 * Reads a rotation, decides, and saves what changes with its events and jobs in one transaction, onto the version
 * that was read; when somebody else was faster it decides again on what they left.
 *
 * @param decide pure, or with the transaction's handle only; what it writes there is kept also when nothing else changes
 * @param owes further jobs of the change
 * @throws Refusal `unknown-rotation`, `changed-meanwhile`, and whatever `decide` refuses
 */
export async function change(
  context: Context,
  rotationId: number,
  decide: (rotation: Rotation, tx: Db) => Decision | Promise<Decision>,
  owes: Owes = () => [],
): Promise<Rotation> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const saved = await context.db
      .transaction()
      .execute((tx) => decideAndSave(context, tx, rotationId, decide, owes))
    if (saved) {
      if (isSettled(saved)) await enqueuePictures(context)
      context.outbox.wake()
      return saved
    }
  }
  throw new Refusal('changed-meanwhile', {})
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
  decide: (rotation: Rotation, tx: Db) => Decision | Promise<Decision>,
  owes: Owes = () => [],
): Promise<Rotation> {
  const saved = await decideAndSave(context, tx, rotationId, decide, owes)
  if (!saved) throw new Refusal('changed-meanwhile', {})
  return saved
}

/** Whether the pictures are worth drawing: not after each of many tokens while they are being renewed. */
const isSettled = ({ status, tokens }: Rotation): boolean =>
  status !== 'open' || tokens.every((token) => token.newVersionId !== null)

/** Null when somebody else saved first. */
async function decideAndSave(
  context: Context,
  tx: Db,
  rotationId: number,
  decide: (rotation: Rotation, tx: Db) => Decision | Promise<Decision>,
  owes: Owes,
): Promise<Rotation | null> {
  const before = await findRotation(tx, rotationId)
  if (!before) throw new Refusal('unknown-rotation', { label: rotationLabel(rotationId) })
  const decision = await decide(before, tx)
  if (decision.rotation === before && decision.events.length === 0) return before
  if (!(await setRotation(tx, before, decision.rotation))) return null

  const after = { ...decision.rotation, version: before.version + 1 }
  const events = await insertEvents(tx, decision.events)
  const names = await findNames(tx)
  const jobs = [
    ...threadJobs(events, names, after),
    ...(await escalationJobs(tx, after, events)),
    ...(events.length > 0 ? await owes({ before, after, events, head: headOf(events), names }, tx) : []),
    cardEditJob(rotationId, `v${after.version}`),
    ...homeJobs(await findHomeViewers(tx, Date.now()), `${rotationLabel(rotationId)}:v${after.version}`),
  ]
  await insertJobs(tx, jobs, context.clock.now())
  return after
}

/** The head of the chain after these events; there is at least one. */
export function headOf(events: RotationEvent[]): ChainHead {
  const last = events.at(-1)
  if (!last) throw new TypeError('no events')
  return { count: last.count, hash: last.hash }
}

/** A line in the thread for each event; a call for on-call is a message of its own. */
export function threadJobs(events: RotationEvent[], names: Names, rotation: Rotation): NewJob[] {
  return events
    .filter((event) => event.type !== 'escalated')
    .map((event) =>
      threadMessageJob(event.rotationId, `event:${event.count}`, {
        text: threadLine(event, names, shortName(rotation)),
      }),
    )
}
