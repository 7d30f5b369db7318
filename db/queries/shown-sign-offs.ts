import type { Instant, Role } from '#domain/rotation/rotation'
import { recordRows } from '../followed-rows.ts'
import type { Db, ReadDb } from '../schema.ts'
import { inTransaction } from '../transaction.ts'

/** A sign-off form that was filled for a person: what it showed, and for which role. */
export interface ShownSignOff {
  rotationId: number
  role: Role
  user: string
  /** On whose behalf; null when the person holds the role. */
  delegateOf: string | null
  /** Digest of the sign-off snapshot. */
  digest: string
  at: Instant
}

/** Keeps what was shown to whom. Showing the same again adds nothing. */
export async function insertShownSignOff(db: Db, { user, ...shown }: ShownSignOff): Promise<void> {
  await inTransaction(db, async (tx) => {
    if (await wasShown(tx, { user, ...shown })) return
    const rows = await tx
      .insertInto('shownSignOffs')
      .values({ ...shown, userId: user })
      .returningAll()
      .execute()
    await recordRows(tx, 'shownSignOffs', rows, shown.at)
  })
}

/** Whether exactly this was shown to this person for this role. */
export async function wasShown(db: ReadDb, shown: Omit<ShownSignOff, 'at'>): Promise<boolean> {
  const rows = await db
    .selectFrom('shownSignOffs')
    .select(['role', 'userId', 'delegateOf'])
    .where('rotationId', '=', shown.rotationId)
    .where('digest', '=', shown.digest)
    .execute()
  return rows.some(
    ({ role, userId, delegateOf }) =>
      role === shown.role && userId === shown.user && delegateOf === shown.delegateOf,
  )
}

/** When exactly this was first shown to a person for a role; undefined when it never was. */
export async function findShownAt(
  db: ReadDb,
  shown: { rotationId: number; role: string; user: string; digest: string },
): Promise<Instant | undefined> {
  const row = await db
    .selectFrom('shownSignOffs')
    .select('at')
    .where('rotationId', '=', shown.rotationId)
    .where('digest', '=', shown.digest)
    .where('role', '=', shown.role)
    .where('userId', '=', shown.user)
    .orderBy('at')
    .limit(1)
    .executeTakeFirst()
  return row?.at
}

/** The newest sign-off form of a rotation that was filled for a person, for whichever role. */
export const findLastShown = (
  db: ReadDb,
  rotationId: number,
  user: string,
): Promise<{ digest: string; at: Instant } | undefined> =>
  db
    .selectFrom('shownSignOffs')
    .select(['digest', 'at'])
    .where('rotationId', '=', rotationId)
    .where('userId', '=', user)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
