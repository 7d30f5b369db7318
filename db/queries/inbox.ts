import type { Db, ReadDb } from '../schema.ts'

/** What a taken interaction was answered; `answer` is null for an acknowledgement alone. */
export interface TakenInteraction {
  answer: unknown
}

export async function findTaken(db: ReadDb, id: string): Promise<TakenInteraction | undefined> {
  const row = await db.selectFrom('inbox').select('answerJson').where('id', '=', id).executeTakeFirst()
  return row && { answer: JSON.parse(row.answerJson) as unknown }
}

/**
 * Records an interaction with its answer, in the transaction of what it changes.
 *
 * @param takenAt the machine's time in ms
 * @returns false when it was recorded before
 */
export async function insertTaken(
  tx: Db,
  { id, takenAt, answer }: { id: string; takenAt: number; answer: unknown },
): Promise<boolean> {
  const inserted = await tx
    .insertInto('inbox')
    .values({ id, takenAt, answerJson: JSON.stringify(answer ?? null) })
    .onConflict((oc) => oc.column('id').doNothing())
    .executeTakeFirst()
  return inserted.numInsertedOrUpdatedRows === 1n
}

/** @param before the machine's time in ms */
export async function deleteTakenBefore(db: Db, before: number): Promise<void> {
  await db.deleteFrom('inbox').where('takenAt', '<', before).execute()
}
