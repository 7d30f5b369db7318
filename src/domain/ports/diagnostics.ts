import type { RotationEvent } from '#domain/rotation/events'
import type { Instant, RunKind } from '#domain/rotation/rotation'
import type { SecretsManager } from '#domain/tokens/secret'
import type { PagerDirectory } from './pager.ts'
import type { Ci, Repository, Telemetry, Tickets } from './systems.ts'
import type { TelemetryQuery } from './telemetry.ts'

export interface SlackAccount {
  name: string
  active: boolean
  bot: boolean
}

export interface SlackGroup {
  handle: string
  active: boolean
  members: string[]
}

/** The port to Slack's settings and people. Every method throws `NotReadable`. */
export interface SlackRecords {
  readScopes(): Promise<string[]>
  /** Why Slack would refuse a connection, a sentence; null when it would not. Opens none. */
  findConnectionObstacle(): Promise<string | null>
  /** Why the bot cannot post in the configured channel, a sentence; null when it can. Posts nothing. */
  findChannelObstacle(): Promise<string | null>
  /** Null when there is none with this id. */
  readAccount(id: string): Promise<SlackAccount | null>
  /** Null when there is none with this id. */
  readGroup(id: string): Promise<SlackGroup | null>
  readClock(): Promise<ClockReading>
}

/** Another machine's clock and this one's, in ms since 1970. */
export interface ClockReading {
  remote: number
  /** Half-way between request and response. */
  local: number
}

/** The repository as the token sees it. */
export interface RepositorySeen {
  archived: boolean
  /** Whether the token's account may push; null when GitHub does not say. */
  mayPush: boolean | null
  /** Scopes of a classic token; null for a fine-grained one, which has none. */
  scopes: string[] | null
  isPrivate: boolean
}

/** A rule against direct commits to the branch. */
export interface PushRule {
  /** GitHub's name, such as `pull_request`. */
  type: string
  /** Null for a classic branch protection. */
  ruleset: string | null
  /** Whether the bot's account may bypass it; null when unknown. */
  bypassed: boolean | null
}

/** The port to the repository's settings. Every method throws `NotReadable`. */
export interface RepositoryRecords {
  readRepository(): Promise<RepositorySeen>
  branchExists(): Promise<boolean>
  readPushRules(): Promise<PushRule[]>
  /** Required read permissions that the token lacks, such as `Actions`. */
  findMissingPermissions(): Promise<string[]>
  /** A workflow's file on the branch; null when there is none. */
  readWorkflowFile(kind: RunKind): Promise<string | null>
  readClock(): Promise<ClockReading>
}

export interface DatabaseSeen {
  /** False before the bot's first start, which creates it. */
  exists: boolean
  /** Including the WAL files. */
  bytes: number
  /** Free space of the file system. */
  freeBytes: number
  /** Why it cannot be written, a sentence; null when it can. */
  writeProblem: string | null
}

export interface Backup {
  file: string
  at: Instant
  /** What is wrong with it, a sentence; null when it is intact. */
  problem: string | null
}

/** The port to the bot's own database. Every method throws `NotReadable`. */
export interface DatabaseRecords {
  inspect(): Promise<DatabaseSeen>
  /** The damage that SQLite reports; null when there is none. */
  findDamage(): Promise<string | null>
  readHistory(): Promise<RotationEvent[]>
  /** When the last finished job of a kind was enqueued; null when there is none. */
  findLastDone(kind: string): Promise<Instant | null>
  /** Null when there is none. Not called when no folder is configured. */
  readNewestBackup(): Promise<Backup | null>
}

/** The part of the config that health checks read. */
export interface DiagnosticsConfig {
  channel: string
  /** Slack ids by the owner's name in the registry. */
  owners: Record<string, string>
  /** For the days and hours of reminders. */
  timeZone: string
  people: { operators: string[]; 'devops-lead': string[]; 'ai-ops-owner': string[]; 'on-call': string | null }
  repository: { name: string; branch: string; log: string; registry: string }
  /** Who carries out the rotation. */
  rotatesWith: 'ci' | 'secrets-manager'
  workflows: Record<RunKind, string>
  ticket: { name: string; inJira: boolean }
  secretsPrefix: string
  telemetryQueries: readonly TelemetryQuery[]
  backup: { folder: string | null; maxAgeHours: number }
}

export interface Machine {
  nodeVersion: string
  /** The oldest supported major version of Node. */
  nodeNeeded: number
  timeZone: string
}

/** Everything that a health check may read. Reading changes nothing. */
export interface Diagnostics {
  config: DiagnosticsConfig
  machine: Machine
  /** The scopes in manifest.yml. Throws `NotReadable`. */
  readManifestScopes(): Promise<string[]>
  slack: SlackRecords
  repositoryRecords: RepositoryRecords
  repository: Pick<Repository, 'readLog' | 'readRegistry'>
  ci: Pick<Ci, 'readWorkflow'>
  tickets: Pick<Tickets, 'find'>
  secrets: Pick<SecretsManager, 'readAll' | 'canReadValue'>
  telemetry: Telemetry | null
  pager: {
    /** Whether pages are sent at all. */
    pages: boolean
    directory: Pick<PagerDirectory, 'onCall'> | null
  }
  database: DatabaseRecords
  /** The machine's own time. */
  now(): Instant
}
