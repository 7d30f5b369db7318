import Database from 'better-sqlite3'
import { openDatabase } from '#db/open-database'
import { chainHash, GENESIS } from '#domain/rotation/event-chain'
import type { NewEvent } from '#domain/rotation/events'

export interface Past {
  rotations: number
  events: number
  jobs: number
}

const AT = '2020-01-01T00:00:00.000Z'
const AGENTS = ['orchestrator', 'evaluator', 'tool-runner']
const ENVIRONMENTS = ['sandbox', 'staging', 'production']

/** Makes a database file with complete rotations of nine tokens, in one transaction of plain SQL. */
export async function makePastRotations(file: string, past: Past): Promise<void> {
  await (await openDatabase(file)).destroy()
  const db = new Database(file)
  db.pragma('synchronous = OFF')
  db.transaction(() => {
    insertRotations(db, past.rotations)
    insertEvents(db, past)
    insertJobs(db, past)
  })()
  db.close()
}

function insertRotations(db: Database.Database, rotations: number): void {
  const rotation = db.prepare(
    `insert into rotations (id, version, status, "trigger", reason, owner_id, opened_at, closed_at, round)
     values (?, 90, 'complete', 'cadence', 'due', 'U0OPERATOR', ?, ?, 1)`,
  )
  const token = db.prepare(
    `insert into tokens (rotation_id, secret, agent, environment, owner, cadence_days, new_version_id, new_version_at, "open")
     values (?, ?, ?, ?, 'team', 30, ?, ?, 0)`,
  )
  const run = db.prepare(
    `insert into runs (rotation_id, kind, attempt, requested_by, requested_at, state, run_id, finished_at, ended_at)
     values (?, 'rotate', 1, 'U0OPERATOR', ?, 'succeeded', ?, ?, ?)`,
  )
  const check = db.prepare(
    `insert into checks (rotation_id, step, check_id, title, state, sentence, advice, evidence_json, started_at, finished_at)
     values (?, 'inventory-review', ?, 'Check', 'passed', 'All is well', '', '[]', ?, ?)`,
  )
  const revocation = db.prepare(
    `insert into revocations (rotation_id, secret, agent, environment, version_id, replaced_by, replaced_at, due_at, state, resolved_at, revoker)
     values (?, ?, ?, ?, ?, 'v', ?, ?, 'proven', ?, 'bot')`,
  )
  const message = db.prepare(
    `insert into messages (rotation_id, kind, channel, ts) values (?, 'card', 'C0', ?)`,
  )
  for (let id = 1; id <= rotations; id += 1) {
    rotation.run(id, AT, AT)
    run.run(id, AT, id, AT, AT)
    message.run(id, String(id))
    for (let n = 0; n < 12; n += 1) check.run(id, `check-${n}`, AT, AT)
    for (const environment of ENVIRONMENTS)
      for (const agent of AGENTS) {
        const secret = `flashfusion/${environment}/${agent}`
        token.run(id, secret, agent, environment, `v${id}`, AT)
        revocation.run(id, secret, agent, environment, `v${id - 1}`, AT, AT, AT)
      }
  }
  db.prepare(`update counters set value = ? where name = 'rotation'`).run(rotations)
}

function insertEvents(db: Database.Database, { rotations, events }: Past): void {
  const insert = db.prepare(
    `insert into events ("count", rotation_id, type, actor, at, data_json, previous_hash, hash) values (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  let hash = GENESIS.hash
  for (let count = 1; count <= events; count += 1) {
    const rotationId = Math.ceil((count * rotations) / events)
    const event: NewEvent = {
      type: 'rotation-approved',
      rotationId,
      actor: 'bot',
      at: AT,
      data: { tokens: count },
    }
    const previous = hash
    hash = chainHash(previous, event)
    insert.run(count, rotationId, event.type, event.actor, AT, JSON.stringify(event.data), previous, hash)
  }
  db.prepare('update chain_head set "count" = ?, hash = ?').run(events, hash)
}

function insertJobs(db: Database.Database, { rotations, jobs }: Past): void {
  const insert = db.prepare(
    `insert into outbox_jobs ("key", kind, rotation_id, ordering_key, payload_json, state, attempts, next_at, result_json, created_at, done_at)
     values (?, 'thread-message', ?, ?, '{}', 'done', 1, 0, 'null', ?, ?)`,
  )
  for (let n = 1; n <= jobs; n += 1) {
    const rotation = Math.ceil((n * rotations) / jobs)
    insert.run(`past:${n}`, rotation, `R${rotation}`, AT, AT)
  }
}
