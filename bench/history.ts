import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import { followTables } from '#db/followed-rows'
import { openDatabase } from '#db/open-database'
import type { Db, Row, Schema } from '#db/schema'
import { type ChainHead, chain, GENESIS } from '#domain/rotation/event-chain'
import type { NewEvent } from '#domain/rotation/events'
import { STEP_IDS } from '#domain/rotation/steps'
import { TOKENS } from '#sandbox/aws/tokens'
import { versionId } from './names.ts'

/** How much has happened before. */
export interface HistorySize {
  rotations: number
  /** Of all rotations together. */
  events: number
}

const YEARS = 10
const DAY = 86_400_000
const MINUTE = 60_000
const CHECKS_A_STEP = 4
const RUNS = ['rotate', 'deploy', 'smoke', 'revoke'] as const
/** Jobs of one rotation by kind: the number of a rotation of nine tokens. */
const JOBS = { card: 40, 'thread-message': 12, 'log-entry': 6, 'workflow-dispatch': 6, home: 4 } as const
const OPERATOR = 'U0OPERATOR'
const CHANNEL = 'C0FLASHFUSIONAI'

/** A row with every column, so that the compiler names a column that was added. */
type Insert = <Table extends keyof Schema>(table: Table, row: Row<Table>) => void

/**
 * Writes a database in which rotations were carried out for ten years, with an intact chain. Everything is in one
 * transaction of prepared statements, because a million events through the bot's own queries would need many minutes.
 *
 * @param file path of the new database
 */
export async function writeHistory(file: string, size: HistorySize): Promise<void> {
  const db = await openDatabase(file)
  // Only its compiler is used from here on, so that this is the only connection, which may do without a journal.
  await db.destroy()
  const sqlite = new Database(file)
  try {
    sqlite.pragma('journal_mode = OFF')
    sqlite.pragma('synchronous = OFF')
    sqlite.pragma('cache_size = -524288')
    sqlite.pragma('foreign_keys = OFF')
    sqlite.exec('begin immediate')
    const restore = dropIndexesAndTriggers(sqlite)
    const head = fill(preparedInsert(db, sqlite), size)
    restore()
    sqlite.prepare('update chain_head set count = ?, hash = ?').run(head.count, head.hash)
    sqlite.prepare('update counters set value = ?').run(size.rotations)
    sqlite.exec('commit')
  } finally {
    sqlite.close()
  }
  await leaveAsBot(file)
}

/** As a bot that ran through these years leaves it: with the rows that the audit follows, and verified up to its last hours. */
async function leaveAsBot(file: string): Promise<void> {
  const db = await openDatabase(file)
  const now = new Date().toISOString()
  await followTables(db, now)
  const head = await db.selectFrom('chainHead').select(['count', 'hash']).executeTakeFirstOrThrow()
  await db
    .insertInto('chainCheckpoints')
    .values({ ...head, verifiedAt: now })
    .execute()
  await db.destroy()
}

/** They cost half of the time when they are kept up to date with each row. @returns makes them again */
function dropIndexesAndTriggers(sqlite: Database.Database): () => void {
  const made = sqlite
    .prepare<[], { type: string; name: string; sql: string }>(
      "select type, name, sql from sqlite_master where type in ('index', 'trigger') and sql is not null",
    )
    .all()
  for (const { type, name } of made) sqlite.exec(`drop ${type} ${name}`)
  return () => {
    for (const { sql } of made) sqlite.exec(sql)
  }
}

/** Kysely compiles the first row of each table; the later ones only bind their values. */
function preparedInsert(db: Db, sqlite: Database.Database): Insert {
  const statements = new Map<string, { columns: string[]; statement: Database.Statement }>()
  return (table, row) => {
    let known = statements.get(table)
    if (!known) {
      const columns = Object.keys(row)
      const compiled = db
        .insertInto(table)
        .values(row as never)
        .compile()
      if (compiled.parameters.length !== columns.length)
        throw new TypeError(`a column of ${table} is not bound`)
      known = { columns, statement: sqlite.prepare(compiled.sql) }
      statements.set(table, known)
    }
    const values = row as Record<string, unknown>
    known.statement.run(known.columns.map((column) => values[column]))
  }
}

/** @returns the head of the chain that was written */
function fill(insert: Insert, { rotations, events }: HistorySize): ChainHead {
  const now = Date.now()
  let head = GENESIS
  for (let id = 1; id <= rotations; id += 1) {
    const opened = now - 2 * DAY - Math.round(((rotations - id) * YEARS * 365 * DAY) / rotations)
    const at = (minutes: number) => new Date(opened + minutes * MINUTE).toISOString()
    insertRotation(insert, id, at)
    insertResults(insert, id, at)
    insertJobs(insert, id, at)
    const count = Math.floor((id * events) / rotations) - Math.floor(((id - 1) * events) / rotations)
    for (const { data, record: _, ...event } of chain(head, eventsOf(id, count, at))) {
      insert('events', { ...event, dataJson: JSON.stringify(data), recordJson: null })
      head = { count: event.count, hash: event.hash }
    }
  }
  return head
}

type At = (minutes: number) => string

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

function insertRotation(insert: Insert, id: number, at: At): void {
  insert('rotations', {
    ...{
      id,
      version: 20,
      status: 'complete',
      trigger: 'cadence',
      severity: null,
      reason: 'the cadence is due',
    },
    ...{ ownerId: OPERATOR, formerOwnersJson: '[]', openedAt: at(0), closedAt: at(400), closedReason: null },
    ...{ round: 1, evidenceJson: '[]', notifies: 1, deviationsJson: '[]', revoker: 'bot' },
    ...{ promotedJson: JSON.stringify([{ environment: 'production', at: at(200) }]) },
    ...{ disableNowBy: null, breakGlassJson: null, workJson: '[]', prunedAt: null },
  })
  for (const [index, { agent, environment, secret, owner }] of TOKENS.entries()) {
    const [previous, current] = [versionId(index, 2 * id), versionId(index, 2 * id + 1)]
    const token = { rotationId: id, agent, environment, secret }
    insert('tokens', {
      ...{ ...token, owner, cadenceDays: 30, rollbackJson: null, open: 0 },
      ...{ previousVersionId: previous, previousVersionAt: at(-30 * 1_440) },
      ...{ newVersionId: current, newVersionAt: at(60) },
    })
    insert('revocations', {
      ...{ ...token, id: id * TOKENS.length + index, versionId: previous, replacedBy: current },
      ...{ replacedAt: at(60), dueAt: at(60 + 1_440), promisedBy: null, promiseSeenAt: null },
      ...{ state: 'proven', resolvedAt: at(390), resolvedBy: 'bot', proof: `https://ci.example/runs/${id}` },
      ...{ lastCheckedAt: at(390), problem: null, escalatedAt: null, revoker: 'bot', leakedIn: null },
      ...{ takenOverBy: null, issuer: 'destroyed', issuerAt: at(380), verifiedAt: at(210) },
      ...{ extendedUntil: null, forcedBy: null, forcedAt: null, stage: null, stageNote: null },
      ...{ seenAliveAt: null, watchedUntil: null },
    })
  }
  for (const kind of ['card', 'notice'])
    insert('messages', {
      ...{ rotationId: id, kind, channel: CHANNEL, ts: `${1_500_000_000 + id}.000100` },
      ...{ permalink: `https://flashfusion.slack.example/archives/${CHANNEL}/p${id}`, shown: null },
    })
}

/** Steps, checks, runs and signatures. */
function insertResults(insert: Insert, id: number, at: At): void {
  for (const [index, step] of STEP_IDS.entries()) {
    insert('steps', {
      ...{
        rotationId: id,
        step,
        completedBy: OPERATOR,
        completedAt: at(30 * (index + 1)),
        earlierJson: '[]',
      },
      ...{ attestationsJson: '["read"]', sentencesJson: '{"read":"I have read the list."}' },
      ...{ evidenceJson: '[]', notes: `looked at ${step}`, checksJson: '[]', quotesJson: '[]' },
    })
    for (let check = 0; check < CHECKS_A_STEP; check += 1)
      insert('checks', {
        ...{ id: (id * STEP_IDS.length + index) * CHECKS_A_STEP + check, rotationId: id, step },
        ...{ checkId: `${step}-${check}`, title: `Check ${check}`, state: 'passed', advice: '' },
        ...{ sentence: 'All 9 tokens are as they should be.', evidenceJson: '[]' },
        ...{ startedAt: at(30 * index), finishedAt: at(30 * index + 1) },
      })
  }
  for (const [index, kind] of RUNS.entries())
    insert('runs', {
      ...{
        rotationId: id,
        kind,
        environment: kind === 'rotate' ? null : 'staging',
        attempt: 1,
        system: 'ci',
      },
      ...{ requestedBy: OPERATOR, requestedAt: at(40 * index), state: 'succeeded', conclusion: 'success' },
      ...{ runId: id * RUNS.length + index, url: `https://ci.example/runs/${id * RUNS.length + index}` },
      ...{ startedAt: at(40 * index), finishedAt: at(40 * index + 5), windowReason: null, targetJson: null },
      ...{ runAttempt: 1, approvalJson: null, adoptedJson: null, endedAt: at(40 * index + 5) },
    })
  for (const [index, role] of ['devops-lead', 'ai-ops-owner'].entries())
    insert('signOffs', {
      ...{ id: 2 * id + index, rotationId: id, round: 1, role, decision: 'approved', userId: `U0${index}` },
      ...{ at: at(160 + index), digest: digest(`R${id}`), comment: '', reopenedJson: '[]', delegateOf: null },
    })
}

let nextJob = 1

function insertJobs(insert: Insert, id: number, at: At): void {
  for (const [kind, count] of Object.entries(JOBS))
    for (let index = 0; index < count; index += 1) {
      insert('outboxJobs', {
        ...{ id: nextJob, key: `R${id}/${kind}/${index}`, kind, rotationId: kind === 'home' ? null : id },
        ...{ orderingKey: `R${id}/${kind}`, collapseKey: kind === 'card' ? `R${id}/card` : null },
        ...{ payloadJson: kind === 'card' ? '{}' : JSON.stringify({ text: `what happened in R${id}` }) },
        ...{ state: 'done', isFirst: null, attempts: 1, nextAt: 0, leaseUntil: null, leaseHolder: null },
        ...{ resultJson: '{"ts":"1500000000.000100"}', problem: null, createdAt: at(index) },
        ...{ doneAt: at(index), limitedUntil: null, sentAt: null },
      })
      nextJob += 1
    }
}

/** So many events as a rotation with many repeated checks has. */
function eventsOf(rotationId: number, count: number, at: At): NewEvent[] {
  const event = <Type extends NewEvent['type']>(
    type: Type,
    minutes: number,
    data: Extract<NewEvent, { type: Type }>['data'],
  ) => ({ type, rotationId, actor: OPERATOR, at: at(minutes), data }) as NewEvent
  const first = event('rotation-opened', 0, {
    ...{ trigger: 'cadence', severity: null, reason: 'the cadence is due' },
    ...{ environments: ['production', 'staging', 'sandbox'], agents: ['orchestrator'] },
    tokens: TOKENS.map(({ agent, environment }) => `${agent}/${environment}`),
  })
  const last = [
    event('rotation-approved', 161, { tokens: TOKENS.length }),
    event('environment-promoted', 200, { environment: 'production' }),
    event('rotation-completed', 400, { proven: TOKENS.length, recorded: 0 }),
  ]
  const between = Array.from({ length: Math.max(0, count - 1 - last.length) }, (_, index) => {
    const step = STEP_IDS[index % STEP_IDS.length]!
    if (index % 4 > 0)
      return event('run-finished', index / 2, {
        ...{ kind: 'deploy', attempt: index, succeeded: true, conclusion: 'success' },
        url: `https://ci.example/runs/${index}`,
      })
    const sentence = 'All 9 tokens are as they should be.'
    return event('checks-run', index / 2, {
      step,
      results: [{ check: 'metadata-complete', title: 'Metadata complete', state: 'passed', sentence }],
    })
  })
  return [first, ...between, ...last].slice(0, count)
}
