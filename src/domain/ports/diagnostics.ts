import type { RotationEvent } from '#domain/rotation/events'
import type { Instant, RunKind } from '#domain/rotation/rotation'
import type { SecretsManager } from '#domain/tokens/secret'
import type { PagerDirectory } from './pager.ts'
import type { Ci, Repository, Telemetry, Tickets } from './systems.ts'
import type { TelemetryQuery } from './telemetry.ts'

/** Somebody as Slack knows them. */
export interface SlackAccount {
  name: string
  /** Whether the account is still in use. */
  active: boolean
  bot: boolean
}

/** A user group as Slack knows it. */
export interface SlackGroup {
  handle: string
  active: boolean
  members: string[]
}

/** The port that reads what Slack knows of the app and of people. Every method throws `NotReadable`. */
export interface SlackRecords {
  /** The scopes that the bot token has. */
  readScopes(): Promise<string[]>
  /** Why Slack would give the bot no connection, a sentence; null when it would. None is opened. */
  findConnectionObstacle(): Promise<string | null>
  /** Why the bot can post nothing in the configured channel, a sentence; null when it can. Nothing is posted. */
  findChannelObstacle(): Promise<string | null>
  /** Null when the workspace knows none with this id. */
  readAccount(id: string): Promise<SlackAccount | null>
  /** Null when the workspace knows none with this id. */
  readGroup(id: string): Promise<SlackGroup | null>
  /** What Slack's clock shows now. */
  readClock(): Promise<ClockReading>
}

/** Another machine's clock beside this one's, in milliseconds. */
export interface ClockReading {
  theirs: number
  /** Half-way between asking and the answer. */
  ours: number
}

/** The repository as the token sees it. */
export interface RepositorySeen {
  archived: boolean
  /** Whether the account behind the token may push; null when GitHub does not say. */
  mayPush: boolean | null
  /** Scopes of a classic token; null for a fine-grained one, of which GitHub tells nothing. */
  scopes: string[] | null
  isPrivate: boolean
}

/** A rule that keeps somebody from committing to the branch directly. */
export interface PushRule {
  /** As GitHub calls it, such as `pull_request`. */
  type: string
  /** The ruleset that holds it; null for a branch protection of the old kind. */
  ruleset: string | null
  /** Whether the bot's account is let past it; null when that cannot be read. */
  bypassed: boolean | null
}

/** The port that reads how the repository is set up. Every method throws `NotReadable`. */
export interface RepositoryRecords {
  readRepository(): Promise<RepositorySeen>
  branchExists(): Promise<boolean>
  /** What may keep the bot from committing to the branch. */
  readPushRules(): Promise<PushRule[]>
  /** Permissions of the README that the token does not even have for reading, such as `Actions`. */
  findMissingPermissions(): Promise<string[]>
  /** A workflow's file on the branch, or null when it is not there. */
  readWorkflowFile(kind: RunKind): Promise<string | null>
  readClock(): Promise<ClockReading>
}

/** The database file as it is. */
export interface DatabaseSeen {
  /** False before the bot's first start, which makes it. */
  exists: boolean
  /** Bytes of the file with what is written beside it. */
  bytes: number
  /** Bytes that the file system still has. */
  freeBytes: number
  /** Why nothing can be written, a sentence; null when something can. */
  writeProblem: string | null
}

/** A backup as it lies in its folder. */
export interface Backup {
  file: string
  at: Instant
  /** What is wrong with it, a sentence; null when it opens and is whole. */
  problem: string | null
}

/** The port that looks at the bot's own database. Every method throws `NotReadable`. */
export interface DatabaseRecords {
  look(): Promise<DatabaseSeen>
  /** What SQLite finds wrong in the file; null when it is whole. */
  findDamage(): Promise<string | null>
  readHistory(): Promise<RotationEvent[]>
  /** When what the newest job of a kind did was owed; null when none was ever done. */
  findLastDone(kind: string): Promise<Instant | null>
  /** The newest backup, or null when there is none; not asked for where no folder is configured. */
  readNewestBackup(): Promise<Backup | null>
}

/** What of the config is results. */
export interface DiagnosticsConfig {
  channel: string
  /** Who is told of the tokens of each owner in the registry. */
  owners: Record<string, string>
  /** Whose days and hours reminders keep. */
  timeZone: string
  people: { operators: string[]; 'devops-lead': string[]; 'ai-ops-owner': string[]; 'on-call': string | null }
  repository: { name: string; branch: string; log: string; registry: string }
  /** Whether the CI carries the rotation itself out, or the secrets manager. */
  rotatesWith: 'ci' | 'secrets-manager'
  workflows: Record<RunKind, string>
  ticket: { name: string; inJira: boolean }
  secretsPrefix: string
  telemetryQueries: readonly TelemetryQuery[]
  backup: { folder: string | null; maxAgeHours: number }
}

/** The machine that the bot runs on. */
export interface Machine {
  nodeVersion: string
  /** The oldest major version of Node that will do. */
  nodeNeeded: number
  timeZone: string
}

/** Everything that a health check may look at. Nothing of it is changed by looking. */
export interface Diagnostics {
  config: DiagnosticsConfig
  machine: Machine
  /** The scopes that manifest.yml asks for. Throws `NotReadable`. */
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
