import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Config } from '#config/config'
import type { Db } from '#db/schema'
import type { Diagnostics } from '#domain/ports/diagnostics'
import type { Pager, PagerDirectory } from '#domain/ports/pager'
import type { People } from '#domain/ports/people'
import type { Ci, NoticeChannel, Repository, Telemetry, Tickets } from '#domain/ports/systems'
import type { Instant } from '#domain/rotation/rotation'
import type { SecretsManager } from '#domain/tokens/secret'
import type { Waits } from './waits.ts'

/** The outside world, as operations, checks and jobs get it: never by import. */
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
  /** Null where no pager is configured: people are told in Slack only. */
  pager: Pager | null
  /** Reads the pager; null where it is not configured. */
  pagerDirectory: PagerDirectory | null
  notices: NoticeChannel
  tickets: Tickets
  /** Null when `PROMETHEUS_URL` is not set. */
  telemetry: Telemetry | null
  /** What the doctor looks at, read anew by each. */
  diagnostics(): Diagnostics
  outbox: Outbox
  log: Logger
  /** Aborted when the bot is asked to stop: what only watches ends at once. */
  stopping: AbortSignal
  waits: Waits
}

export interface Clock {
  now(): Instant
}

/** The port to the worker that carries out jobs. */
export interface Outbox {
  /** Something was queued: look now. */
  wake(): void
  /** The job's result once it is done, or undefined when it is not within `ms` milliseconds. */
  delivered(key: string, ms: number): Promise<unknown>
}
