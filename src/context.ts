import type { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Config } from '#config/config'
import type { Db } from '#db/schema'
import type { Account } from '#domain/approvers/delegation'
import type { Instant, Role } from '#domain/rotation/rotation'
import type { SecretsManager } from '#domain/tokens/secret'
import type { Pager, PagerDirectory } from '#rotation/pager'
import type { Ci, NoticeChannel, Repository, Telemetry, Tickets } from '#rotation/ports'
import type { Surroundings } from '#rotation/surroundings'

/** The outside world, as operations, checks and effects get it: never by import. */
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
  surroundings(): Surroundings
  outbox: Outbox
  log: Logger
  /** Aborted when the bot is asked to stop: what only watches ends at once. */
  stopping: AbortSignal
}

export interface Clock {
  now(): Instant
}

/** What a person may do: carry out rotations, answer and carry out incidents, or sign for a role. */
export type Permission = 'operate' | 'respond' | Role

/** The port to the people whom the config lists. */
export interface Roster {
  /** Whether a person is in the config's list, directly or by a user group. An unset list means nobody. */
  may(userId: string, permission: Permission): Promise<boolean>
  /** Everybody in the config's list, directly or by a user group. Throws `permission-unreadable`. */
  holders(permission: Permission): Promise<string[]>
  /** The account with this id; null when the workspace knows none. Throws `NotReadable`. */
  findAccount(userId: string): Promise<Account | null>
}

/** Who may do what: those whom the config lists, and who stands in for them. */
export interface People extends Roster {
  /** Whether a person is in the config's list themselves, not as somebody's delegate. */
  holds(userId: string, permission: Permission): Promise<boolean>
  /** Whose place a person takes in a role now; null when they hold it themselves, or do not have it at all. */
  placeOf(userId: string, role: Role): Promise<string | null>
}

/** The port to the worker that carries out effects. */
export interface Outbox {
  /** Something was queued: look now. */
  wake(): void
  /** The effect's result once it is done, or undefined when it is not within `ms` milliseconds. */
  settled(key: string, ms: number): Promise<unknown>
}
