import type { Db, NewRow, Schema } from '#db/schema'
import { chain, GENESIS } from '#domain/rotation/event-chain'
import type { NewEvent } from '#domain/rotation/events'

export interface Past {
  rotations: number
  events: number
  jobs: number
}

const AT = '2020-01-01T00:00:00.000Z'
const AGENTS = ['orchestrator', 'evaluator', 'tool-runner']
const ENVIRONMENTS = ['sandbox', 'staging', 'production']
/** Both databases limit how many values a statement may have. */
const ROWS_AT_ONCE = 500

/** Fills an empty database with complete rotations of nine tokens. */
export async function makePastRotations(db: Db, past: Past): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await insertRotations(tx, past.rotations)
    await insertEvents(tx, past)
    await insertJobs(tx, past)
  })
}

async function insertAll<Table extends keyof Schema>(
  tx: Db,
  table: Table,
  rows: NewRow<Table>[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += ROWS_AT_ONCE)
    await tx
      .insertInto(table)
      .values(rows.slice(from, from + ROWS_AT_ONCE))
      .execute()
}

async function insertRotations(tx: Db, rotations: number): Promise<void> {
  const ids = Array.from({ length: rotations }, (_, index) => index + 1)
  const tokensOf = (id: number) =>
    ENVIRONMENTS.flatMap((environment) =>
      AGENTS.map((agent) => ({
        rotationId: id,
        secret: `flashfusion/${environment}/${agent}`,
        agent,
        environment,
      })),
    )
  await insertAll(
    tx,
    'rotations',
    ids.map((id) => ({
      ...{ id, version: 90, status: 'complete', trigger: 'cadence', reason: 'due', ownerId: 'U0OPERATOR' },
      ...{ openedAt: AT, closedAt: AT, round: 1 },
    })),
  )
  await insertAll(
    tx,
    'tokens',
    ids.flatMap((id) =>
      tokensOf(id).map((token) => ({
        ...token,
        ...{ owner: 'team', cadenceDays: 30, newVersionId: `v${id}`, newVersionAt: AT, open: 0 },
      })),
    ),
  )
  await insertAll(
    tx,
    'revocations',
    ids.flatMap((id) =>
      tokensOf(id).map((token) => ({
        ...token,
        ...{ versionId: `v${id - 1}`, replacedBy: 'v', replacedAt: AT, dueAt: AT },
        ...{ state: 'proven', resolvedAt: AT, revoker: 'bot' },
      })),
    ),
  )
  await tx.updateTable('counters').set({ value: rotations }).where('name', '=', 'rotation').execute()
}

async function insertEvents(tx: Db, { rotations, events }: Past): Promise<void> {
  const chained = chain(
    GENESIS,
    Array.from(
      { length: events },
      (_, index): NewEvent => ({
        type: 'rotation-approved',
        rotationId: Math.ceil(((index + 1) * rotations) / events),
        actor: 'bot',
        at: AT,
        data: { tokens: index + 1 },
      }),
    ),
  )
  await insertAll(
    tx,
    'events',
    chained.map(({ data, ...event }) => ({ ...event, dataJson: JSON.stringify(data) })),
  )
  const { count, hash } = chained.at(-1) ?? GENESIS
  await tx.updateTable('chainHead').set({ count, hash }).execute()
}

const insertJobs = (tx: Db, { rotations, jobs }: Past): Promise<void> =>
  insertAll(
    tx,
    'outboxJobs',
    Array.from({ length: jobs }, (_, index) => {
      const rotationId = Math.ceil(((index + 1) * rotations) / jobs)
      return {
        ...{ key: `past:${index + 1}`, kind: 'thread-message', rotationId, orderingKey: `R${rotationId}` },
        ...{ payloadJson: '{}', state: 'done' as const, attempts: 1, nextAt: 0, resultJson: 'null' },
        ...{ createdAt: AT, doneAt: AT },
      }
    }),
  )
