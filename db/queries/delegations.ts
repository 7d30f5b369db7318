import type { Delegation } from '#domain/approvers/delegation'
import type { Instant, Role } from '#domain/rotation/rotation'
import { recordRows } from '../followed-rows.ts'
import type { Db, ReadDb, Row } from '../schema.ts'

/** The active delegations, oldest first. */
export async function findDelegations(db: ReadDb, now: Instant): Promise<Delegation[]> {
  const rows = await db
    .selectFrom('delegations')
    .selectAll()
    .where('until', '>', now)
    .where('at', '<=', now)
    .where('endedAt', 'is', null)
    .execute()
  // Ordered here: for an order by id, SQLite reads every delegation that ever was.
  return rows.sort((a, b) => a.id - b.id).map(toDelegation)
}

export async function insertDelegation(tx: Db, { from, to, ...rest }: Delegation): Promise<void> {
  const rows = await tx
    .insertInto('delegations')
    .values({ ...rest, fromId: from, toId: to })
    .returningAll()
    .execute()
  await recordRows(tx, 'delegations', rows, rest.at)
}

/** Ends a person's delegations of a role early. */
export async function endDelegations(tx: Db, from: string, role: Role, at: Instant): Promise<void> {
  const rows = await tx
    .updateTable('delegations')
    .set({ endedAt: at })
    .where('fromId', '=', from)
    .where('role', '=', role)
    .where('endedAt', 'is', null)
    .where('until', '>', at)
    .returningAll()
    .execute()
  await recordRows(tx, 'delegations', rows, at)
}

const toDelegation = ({ role, fromId, toId, lastDay, until, at }: Row<'delegations'>): Delegation => ({
  role: role as Role,
  from: fromId,
  to: toId,
  lastDay,
  until,
  at,
})
