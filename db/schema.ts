import type { Generated, Insertable, Kysely, Selectable } from 'kysely'

/*
 * Tables and columns are named in camelCase here and in snake_case in the database; Kysely's CamelCasePlugin translates.
 * Times are ISO 8601 in UTC, as text. Columns ending in `Json` hold JSON. Times of jobs (`nextAt`, `leaseUntil`)
 * are the machine's, in milliseconds since 1970: they schedule work and are no part of the record.
 */

export interface RotationsTable {
  id: Generated<number>
  version: number
  status: string
  trigger: string
  severity: string | null
  reason: string
  ownerId: string
  formerOwnersJson: Generated<string>
  openedAt: string
  closedAt: string | null
  closedReason: string | null
  round: number
  /** What an incident was opened with. */
  evidenceJson: Generated<string>
  /** 0 when nobody is rung for it, as in a drill. */
  notifies: Generated<number>
}

export interface TokensTable {
  rotationId: number
  secret: string
  agent: string
  environment: string
  owner: string
  cadenceDays: number
  previousVersionId: string | null
  previousVersionAt: string | null
  newVersionId: string | null
  newVersionAt: string | null
  /** 1 while the rotation is open: a secret is in at most one. */
  open: number
}

export interface StepsTable {
  rotationId: number
  step: string
  completedBy: string | null
  completedAt: string | null
  earlierJson: string
  attestationsJson: string
  evidenceJson: string
  notes: string
}

export interface ChecksTable {
  id: Generated<number>
  rotationId: number
  step: string
  checkId: string
  /** As it was when the check ran. */
  title: string
  state: string
  sentence: string
  advice: string
  evidenceJson: string
  startedAt: string
  finishedAt: string
}

export interface SignOffsTable {
  id: Generated<number>
  rotationId: number
  round: number
  role: string
  decision: string
  userId: string
  at: string
  digest: string
  comment: string
  reopenedJson: string
  delegateOf: string | null
}

export interface ExceptionsTable {
  id: Generated<number>
  rotationId: number
  round: number
  checkId: string
  /** As they were when it was recorded. */
  step: string
  title: string
  what: string
  commands: string
  proofJson: string
  userId: string
  at: string
  /** When it was done by hand; null in rows that are older than this. */
  doneAt: string | null
}

export interface EscalationsTable {
  id: Generated<number>
  rotationId: number | null
  /** `R42`, or `tokens` when no rotation is concerned. */
  subject: string
  cause: string
  occurrence: string
  severity: string
  reason: string
  notifies: number
  /** `dedup_key` of the page. */
  pageKey: string
  openedBy: string
  openedAt: string
  acknowledgedAt: string | null
  acknowledgedBy: string | null
  resolvedAt: string | null
  resolvedReason: string | null
  pageState: string | null
  pageUrl: string | null
}

export interface RunsTable {
  rotationId: number
  kind: string
  attempt: number
  requestedBy: string
  requestedAt: string
  state: string
  runId: number | null
  url: string | null
  conclusion: string | null
  system: string
  startedAt: string | null
  finishedAt: string | null
}

export interface EventsTable {
  count: number
  rotationId: number
  type: string
  actor: string
  at: string
  dataJson: string
  previousHash: string
  hash: string
}

export interface OutboxJobsTable {
  id: Generated<number>
  /** Unlike every other job's; queueing the same key again does nothing. */
  key: string
  kind: string
  rotationId: number | null
  /** Jobs of one orderingKey are done one after the other, in the order of their ids. */
  orderingKey: string
  /** Of several waiting jobs with the same one, only the newest is done. */
  collapseKey: string | null
  payloadJson: string
  state: 'queued' | 'running' | 'done' | 'superseded'
  attempts: number
  nextAt: number
  leaseUntil: number | null
  /** `host:pid:start` of the process that holds the lease. */
  leaseHolder: string | null
  resultJson: string | null
  /** Why the last attempt failed, a sentence. */
  problem: string | null
  createdAt: string
}

export interface MessagesTable {
  rotationId: number
  kind: string
  channel: string
  ts: string
  permalink: string | null
}

/** Old versions, each kept until it is proven revoked or a person has recorded it. */
export interface RevocationsTable {
  id: Generated<number>
  rotationId: number
  secret: string
  agent: string
  environment: string
  versionId: string
  replacedBy: string
  replacedAt: string
  dueAt: string
  promisedBy: string | null
  promiseSeenAt: string | null
  state: string
  resolvedAt: string | null
  resolvedBy: string | null
  proof: string | null
  lastLookedAt: string | null
  problem: string | null
  escalatedAt: string | null
}

export interface SettingsTable {
  key: string
  valueJson: string
}

export interface PeopleTable {
  userId: string
  name: string
}

/** Who has looked at the App Home, and is shown what changes. */
export interface HomeViewersTable {
  userId: string
  /** The machine's time in milliseconds: it schedules work and is no part of the record. */
  openedAt: number
}

/** Pictures that were uploaded to Slack, by what they show. */
export interface PicturesTable {
  name: string
  /** Of the drawing. */
  digest: string
  /** Slack's id; null when Slack did not show it, so that it is uploaded again. */
  fileId: string | null
  /** How often it was uploaded. */
  uploads: number
}

export interface SeenTokensTable {
  secret: string
  agent: string
  environment: string
  owner: string
  cadenceDays: number
  currentSince: string | null
  readAt: string | null
  unreadSince: string | null
  problem: string | null
}

export interface RemindersTable {
  kind: string
  subject: string
  due: string
  claimedAt: string
  /** The job that tells it; null for what is done at that time without a message. */
  jobKey: string | null
}

export interface SnoozesTable {
  id: Generated<number>
  kind: string
  subject: string
  until: string
  reason: string
  userId: string
  at: string
}

export interface DelegationsTable {
  id: Generated<number>
  role: string
  fromId: string
  toId: string
  /** `2026-12-03`, in the configured time zone. */
  lastDay: string
  until: string
  at: string
  /** When it was ended before its time. */
  endedAt: string | null
}

export interface Schema {
  rotations: RotationsTable
  tokens: TokensTable
  steps: StepsTable
  checks: ChecksTable
  signOffs: SignOffsTable
  exceptions: ExceptionsTable
  escalations: EscalationsTable
  runs: RunsTable
  events: EventsTable
  outboxJobs: OutboxJobsTable
  messages: MessagesTable
  revocations: RevocationsTable
  settings: SettingsTable
  people: PeopleTable
  homeViewers: HomeViewersTable
  pictures: PicturesTable
  seenTokens: SeenTokensTable
  reminders: RemindersTable
  snoozes: SnoozesTable
  delegations: DelegationsTable
}

/** A database or a transaction on it. Inside a transaction use only the handle that was passed on. */
export type Db = Kysely<Schema>

/** A handle that can only read: what a decision gets. */
export type ReadDb = Pick<Db, 'selectFrom'>

export type Row<Table extends keyof Schema> = Selectable<Schema[Table]>
export type NewRow<Table extends keyof Schema> = Insertable<Schema[Table]>
