import { AsyncLocalStorage } from 'node:async_hooks'
import { findTaken, insertTaken } from '#db/queries/inbox'
import { setPerson } from '#db/queries/people'
import type { Db } from '#db/schema'
import { inTransaction } from '#db/transaction'
import type { Instant } from '#domain/rotation/rotation'
import type { Context } from '#src/context'

/** What a person sent, while it is being processed. */
export interface Interaction {
  /** Slack's trigger id, or the id of an event: the same in each copy. */
  id: string
  user: string
  /** The person's name in Slack, if Slack sent it. */
  name: string | null
  /** The opened form that it submits: Slack's id of the view, the same however often a person sends it. */
  form?: string
  /** Whether it is recorded in the inbox. */
  isTaken: boolean
  /** The transaction that is recording it. */
  taking?: Promise<unknown>
}

/** Thrown for a copy of an interaction, before it changes anything. */
export class AlreadyTaken extends Error {
  /** What the first one was answered. */
  readonly answer: unknown

  constructor(answer: unknown) {
    super('a copy of an interaction that was taken before')
    this.name = 'AlreadyTaken'
    this.answer = answer
  }
}

const interactions = new AsyncLocalStorage<Interaction>()

/** Runs what a person asked for, so that its transactions record the interaction. */
export const withInteraction = <T>(interaction: Interaction, work: () => T): T =>
  interactions.run(interaction, work)

/** Runs what goes on after an interaction was answered, which is no longer part of it. */
export const afterInteraction = <T>(work: () => T): T => interactions.exit(work)

/**
 * Every transaction of what a person can ask for. The first one of an interaction records it, so a copy changes nothing
 * at any later time, in any process.
 *
 * @throws AlreadyTaken
 */
export async function transact<T>(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  work: (tx: Db) => Promise<T>,
): Promise<T> {
  const interaction = interactions.getStore()
  // Of several that begin at the same time one records it, and the others are no copies.
  while (interaction?.taking) await interaction.taking.catch(() => {})
  if (!interaction || interaction.isTaken) return inTransaction(db, work)
  const taking = inTransaction(db, async (tx) => {
    await take(tx, interaction, clock.now())
    return work(tx)
  })
  interaction.taking = taking
  try {
    const result = await taking
    interaction.isTaken = true
    return result
  } finally {
    delete interaction.taking
  }
}

async function take(tx: Db, { id, user, name }: Interaction, at: Instant): Promise<void> {
  if (!(await insertTaken(tx, { id, takenAt: Date.now(), answer: null })))
    throw new AlreadyTaken((await findTaken(tx, id))?.answer ?? null)
  // What is written here names the person.
  if (name) await setPerson(tx, user, name, at)
}

/**
 * Lets a form do once what nothing else keeps from being done again: sent twice, its second copy may arrive late, when what the
 * first one opened is closed again.
 *
 * @param tx of what the form does
 * @throws AlreadyTaken
 */
export async function takeForm(tx: Db): Promise<void> {
  const form = interactions.getStore()?.form
  if (form && !(await insertTaken(tx, { id: `form:${form}`, takenAt: Date.now(), answer: null })))
    throw new AlreadyTaken(null)
}

/**
 * Records the interaction before it does something that is in no transaction, such as sending a file.
 *
 * @throws AlreadyTaken
 */
export async function takeInteraction(context: Pick<Context, 'db' | 'clock'>): Promise<void> {
  if (interactions.getStore()?.isTaken === false) await transact(context, async () => {})
}

/**
 * Records what an interaction was answered that changed nothing, because its copy may find that it now could.
 *
 * @returns the answer that is recorded: a copy may have been faster
 */
export async function keepAnswer({ db }: Pick<Context, 'db'>, id: string, answer: unknown): Promise<unknown> {
  if (await insertTaken(db, { id, takenAt: Date.now(), answer })) return answer
  return (await findTaken(db, id))?.answer ?? null
}
