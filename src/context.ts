import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Config } from '#config/config'
import type { Waits } from '#config/waits'
import type { Db } from '#db/schema'
import type { Diagnostics } from '#domain/ports/diagnostics'
import type { Pager, PagerDirectory } from '#domain/ports/pager'
import type { People } from '#domain/ports/people'
import type { Ci, NoticeChannel, Repository, Telemetry, Tickets } from '#domain/ports/systems'
import type { UploadedFiles } from '#domain/ports/uploaded-files'
import type { RecordComparison } from '#domain/rotation/compare-records'
import type { Instant } from '#domain/rotation/rotation'
import type { SecretsManager } from '#domain/tokens/secret'

/** Clients of the systems around the bot, and its database. Operations, checks and handlers never import them. */
export interface Context {
  clock: Clock
  config: Config
  db: Db
  slack: WebClient
  /** Id of the channel that cards and notices go to. */
  channelId: string
  people: People
  secrets: SecretsManager
  repository: Repository
  ci: Ci
  /** Null where no pager is configured: people are notified in Slack only. */
  pager: Pager | null
  /** Reads the pager; null where it is not configured. */
  pagerDirectory: PagerDirectory | null
  notices: NoticeChannel
  /** Files that people upload in forms. */
  files: UploadedFiles
  tickets: Tickets
  /** Null when `PROMETHEUS_URL` is not set. */
  telemetry: Telemetry | null
  /** Ports that the health checks read. */
  diagnostics(): Diagnostics
  outbox: Outbox
  integrity: Integrity
  log: Logger
  /** Aborted when the bot stops, to end what only watches. */
  stopping: AbortSignal
  waits: Waits
}

/** What was found out about the database and the channel, as last verified. */
export interface Integrity {
  /** Where the hash chain of the history was altered; null when it is intact. */
  historyProblem: string | null
  databaseId: string
  /** How the log in git and the bot's cards compare with it; no rotation is opened while that is unknown. */
  records: RecordComparison
  /** Why the bot cannot post in its channel, a sentence; null when it can. */
  channelProblem: string | null
  /** How the configurations of the bots on this database differ, a sentence; null when they do not. */
  configProblem: string | null
  /** Whether others are connected to the bot's Slack app, and get some of the commands. */
  othersConnected: boolean
}

export interface Clock {
  now(): Instant
}

/** The port to the worker that runs jobs. */
export interface Outbox {
  /** Runs due jobs now instead of at the next poll. */
  wake(): void
  /** The job's result once it is delivered; undefined if that takes longer than `ms` milliseconds. */
  delivered(key: string, ms: number): Promise<unknown>
}
