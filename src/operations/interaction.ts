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
  /** Whether it is recorded in the inbox. */
  isTaken: boolean
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
  if (!interaction || interaction.isTaken) return inTransaction(db, work)
  try {
    return await inTransaction(db, async (tx) => {
      await take(tx, interaction, clock.now())
      return work(tx)
    })
  } catch (error) {
    interaction.isTaken = false
    throw error
  }
}

async function take(tx: Db, interaction: Interaction, at: Instant): Promise<void> {
  const { id, user, name } = interaction
  if (!(await insertTaken(tx, { id, takenAt: Date.now(), answer: null })))
    throw new AlreadyTaken((await findTaken(tx, id))?.answer ?? null)
  interaction.isTaken = true
  // What is written here names the person.
  if (name) await setPerson(tx, user, name, at)
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
