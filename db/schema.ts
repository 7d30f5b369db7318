import type { Generated, Insertable, Kysely, Selectable } from 'kysely'

/*
 * Tables and columns are named in camelCase here and in snake_case in the database; Kysely's CamelCasePlugin translates.
 * Times are ISO 8601 in UTC, as text. Columns ending in `Json` hold JSON. Times of jobs (`nextAt`, `leaseUntil`)
 * are PostgreSQL's own or, with SQLite, the machine's, in milliseconds since 1970: they schedule work and are no part of the
 * record.
 */

export interface RotationsTable {
  /** The next number of the counter `rotation`. */
  id: number
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
  evidenceJson: Generated<string>
  /** 0 when nobody is notified, as in a drill. */
  notifies: Generated<number>
  promotedJson: Generated<string>
  deviationsJson: Generated<string>
  /** `bot` or `workflow`. */
  revoker: Generated<string>
  /** Who decided to disable old versions although agents may use them. */
  disableNowBy: string | null
  breakGlassJson: string | null
  /** Who changed it, and how. */
  workJson: Generated<string>
  /** Null until what the record does not need was removed, long after it was closed. */
  prunedAt: string | null
}

export interface CountersTable {
  name: string
  /** The last number that was given. */
  value: number
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
  /** A person's decision to go back to the old version; null without one. */
  rollbackJson: string | null
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
  /** What was confirmed, by id, as it was shown. */
  sentencesJson: string
  evidenceJson: string
  notes: string
  /** The checks and their states when it was completed. */
  checksJson: Generated<string>
  /** Failing lines of its runs, which become evidence when it is completed. */
  quotesJson: Generated<string>
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

/** What the sign-off form showed to whom. */
export interface ShownSignOffsTable {
  id: Generated<number>
  rotationId: number
  role: string
  userId: string
  /** On whose behalf; null when the person holds the role. */
  delegateOf: string | null
  digest: string
  at: string
}

export interface ExceptionsTable {
  id: Generated<number>
  rotationId: number
  round: number
  checkId: string
  /** As they were when recorded. */
  step: string
  title: string
  what: string
  commands: string
  proofJson: string
  userId: string
  at: string
  /** When it was done by hand; null in older rows. */
  doneAt: string | null
}

export interface EscalationsTable {
  id: Generated<number>
  rotationId: number | null
  /** `R42`, or `tokens` without a rotation. */
  subject: string
  cause: string
  occurrence: string
  severity: string
  reason: string
  notifies: number
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
  environment: string | null
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
  /** Why it was deployed although the environment's window was closed. */
  windowReason: string | null
  /** What a run of the revocation workflow acts on; null for every other. */
  targetJson: string | null
  /** The CI's count, from 1. */
  runAttempt: Generated<number>
  approvalJson: string | null
  adoptedJson: string | null
  /** Null while it may still change by itself. */
  endedAt: string | null
}

/** Runs of the configured workflows that the bot did not start, while a rotation is open. */
export interface FoundRunsTable {
  runId: number
  runAttempt: number
  kind: string
  environment: string | null
  title: string
  url: string
  state: string
  conclusion: string | null
  startedBy: string
  event: string
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
}

export interface EventsTable {
  count: number
  /** Null for an event of the database itself. */
  rotationId: number | null
  type: string
  actor: string
  at: string
  dataJson: string
  /** Digests of what the tables hold of its rotation; null where nothing changed. */
  recordJson: string | null
  previousHash: string
  hash: string
}

/** One row: number and hash of the newest event. */
export interface ChainHeadTable {
  id: number
  count: number
  hash: string
}

/** Up to where the chain was verified. */
export interface ChainCheckpointsTable {
  count: number
  hash: string
  verifiedAt: string
}

export interface OutboxJobsTable {
  id: Generated<number>
  /** Unique; enqueueing the same key again does nothing. */
  key: string
  kind: string
  rotationId: number | null
  /** Jobs with one ordering key run in the order of their ids. */
  orderingKey: string
  /** Of several waiting jobs with one key, only the newest runs. */
  collapseKey: string | null
  payloadJson: string
  state: 'queued' | 'running' | 'done' | 'superseded'
  /** 1 for the first open job of its ordering key, the only one that may be claimed; else null. */
  isFirst: Generated<number | null>
  attempts: number
  nextAt: number
  leaseUntil: number | null
  /** `host:pid:start` of the leasing process. */
  leaseHolder: string | null
  resultJson: string | null
  /** Why the last attempt failed, one sentence. */
  problem: string | null
  /** Until when the other system limits calls, where that is why it failed. */
  limitedUntil: string | null
  /** When it was sent by an attempt that may have succeeded. */
  sentAt: string | null
  createdAt: string
  /** Null until it is done or superseded. */
  doneAt: string | null
}

/** Tasks that one of several processes does at a time. Times as those of jobs. */
export interface ScheduledTasksTable {
  name: string
  nextAt: number
  leaseUntil: number | null
  leaseHolder: string | null
}

export interface MessagesTable {
  rotationId: number
  kind: string
  channel: string
  ts: string
  permalink: string | null
  /** Digest of what it shows, where an edit that changes nothing is left out; null when nobody knows. */
  shown: Generated<string | null>
}

/** Old versions, kept until proven revoked or recorded by a person. */
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
  lastCheckedAt: string | null
  problem: string | null
  escalatedAt: string | null
  /** `bot` or `workflow`. */
  revoker: string
  /** The rotation, a credential anomaly, that named it. */
  leakedIn: number | null
  /** The incident that superseded its rotation. */
  takenOverBy: number | null
  issuer: string | null
  issuerAt: string | null
  verifiedAt: string | null
  extendedUntil: string | null
  forcedBy: string | null
  forcedAt: string | null
  stage: string | null
  stageNote: string | null
  /** When it was last seen readable and labelled. */
  seenAliveAt: string | null
  /** Until when a person's record is compared; null for every other. */
  watchedUntil: string | null
}

export interface SettingsTable {
  key: string
  valueJson: string
}

export interface PeopleTable {
  userId: string
  name: string
}

/** People with an open App Home, which is kept up to date. */
export interface HomeViewersTable {
  userId: string
  /** Machine time in ms. */
  openedAt: number
}

/** Pictures uploaded to Slack. */
export interface PicturesTable {
  name: string
  /** Of the drawing. */
  digest: string
  /** Slack's id; null when Slack did not show it, so that it is uploaded again. */
  fileId: string | null
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
  /** The job of its message; null for an action without one. */
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
  /** When it was ended early. */
  endedAt: string | null
}

/** Interactions that were taken: a copy of one is answered and does nothing. */
export interface InboxTable {
  /** Slack's trigger id, or the id of an event. */
  id: string
  /** Machine time in ms. */
  takenAt: number
  answerJson: string
}

export interface Schema {
  rotations: RotationsTable
  tokens: TokensTable
  steps: StepsTable
  checks: ChecksTable
  signOffs: SignOffsTable
  shownSignOffs: ShownSignOffsTable
  exceptions: ExceptionsTable
  escalations: EscalationsTable
  runs: RunsTable
  foundRuns: FoundRunsTable
  counters: CountersTable
  events: EventsTable
  chainHead: ChainHeadTable
  chainCheckpoints: ChainCheckpointsTable
  outboxJobs: OutboxJobsTable
  messages: MessagesTable
  scheduledTasks: ScheduledTasksTable
  revocations: RevocationsTable
  settings: SettingsTable
  people: PeopleTable
  homeViewers: HomeViewersTable
  pictures: PicturesTable
  seenTokens: SeenTokensTable
  reminders: RemindersTable
  snoozes: SnoozesTable
  delegations: DelegationsTable
  inbox: InboxTable
}

/** A database or a transaction on it. Inside a transaction use only the handle passed in. */
export type Db = Kysely<Schema>

/** A handle that can only read: what a decision gets. */
export type ReadDb = Pick<Db, 'selectFrom'>

export type Row<Table extends keyof Schema> = Selectable<Schema[Table]>
export type NewRow<Table extends keyof Schema> = Insertable<Schema[Table]>
