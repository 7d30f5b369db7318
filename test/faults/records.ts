import type { RotationEvent } from '#domain/rotation/events'
import type { CheckSeen, ExceptionSeen, JobSeen, RotationSeen, SignatureSeen } from './evidence.ts'

export type Rows = Record<string, unknown>[]

/** What the bot's database holds. */
export type Records = Awaited<ReturnType<typeof readRecords>>

/** @param all sends a query that both databases know */
export async function readRecords(all: (sql: string) => Rows | Promise<Rows>) {
  return {
    events: (await all('select * from events order by count')).map(
      (row) =>
        ({
          count: Number(row.count),
          rotationId: row.rotation_id === null ? null : Number(row.rotation_id),
          type: row.type,
          actor: row.actor,
          at: row.at,
          data: JSON.parse(String(row.data_json)),
          previousHash: row.previous_hash,
          hash: row.hash,
          record: row.record_json === null ? null : JSON.parse(String(row.record_json)),
        }) as RotationEvent,
    ),
    jobs: (await all('select * from outbox_jobs order by id')).map(
      (row): JobSeen => ({
        id: Number(row.id),
        key: String(row.key),
        kind: String(row.kind),
        rotationId: row.rotation_id === null ? null : Number(row.rotation_id),
        state: String(row.state),
        attempts: Number(row.attempts),
        result: row.result_json === null ? null : String(row.result_json),
        problem: row.problem === null ? null : String(row.problem),
        sentAt: row.sent_at === null ? null : String(row.sent_at),
      }),
    ),
    rotations: (await all('select id, status from rotations')).map(
      (row): RotationSeen => ({
        id: Number(row.id),
        status: String(row.status),
      }),
    ),
    checks: (await all('select rotation_id, check_id, state, finished_at from checks')).map(
      (row): CheckSeen => ({
        rotationId: Number(row.rotation_id),
        checkId: String(row.check_id),
        state: String(row.state),
        finishedAt: String(row.finished_at),
      }),
    ),
    exceptions: (await all('select rotation_id, check_id from exceptions')).map(
      (row): ExceptionSeen => ({
        rotationId: Number(row.rotation_id),
        checkId: String(row.check_id),
      }),
    ),
    signatures: (await all("select * from sign_offs where decision = 'approved'")).map(
      (row): SignatureSeen => ({
        rotationId: Number(row.rotation_id),
        round: Number(row.round),
        role: String(row.role),
        userId: String(row.user_id),
        digest: String(row.digest),
      }),
    ),
  }
}
