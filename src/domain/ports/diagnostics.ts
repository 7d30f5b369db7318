import type { OwnRecords } from '#domain/rotation/compare-records'
import type { Environment } from '#domain/rotation/environments'
import type { ChainHead, ChainVerdict } from '#domain/rotation/event-chain'
import type { Instant, Revoker, RunKind } from '#domain/rotation/rotation'
import type { CredentialEnd, SecretsManager } from '#domain/tokens/secret'
import type { KnownChannel, OutdatedName } from './known-channel.ts'
import type { PagerDirectory } from './pager.ts'
import type { PresentBot } from './present-bots.ts'
import type { Ci, Repository, Telemetry, Tickets } from './systems.ts'
import type { TelemetryQuery } from './telemetry.ts'

export interface SlackAccount {
  name: string
  active: boolean
  bot: boolean
  /** A guest, or of another workspace: the bot lets them do nothing. */
  guest: boolean
}

export interface SlackGroup {
  handle: string
  active: boolean
  members: string[]
}

export interface ChannelSeen {
  /** Why the bot cannot post there, a sentence; null when it can. */
  obstacle: string | null
  /** Null when the config's name is right. */
  outdated: OutdatedName | null
}

/** What Slack refuses of the screens that it was asked about. */
export interface ScreenProblems {
  /** How many there are. */
  screens: number
  problems: { screen: string; problem: string }[]
}

/** The port to Slack's settings and people. Every method throws `NotReadable`. */
export interface SlackRecords {
  readScopes(): Promise<string[]>
  /** Why Slack would refuse a connection, a sentence; null when it would not. Opens none. */
  findConnectionObstacle(): Promise<string | null>
  /** Posts nothing. @param known as stored by the bot; null before its first start */
  readChannel(known: KnownChannel | null): Promise<ChannelSeen>
  readAccount(id: string): Promise<SlackAccount | null>
  readGroup(id: string): Promise<SlackGroup | null>
  readClock(): Promise<ClockReading>
  /** Shows nothing to anybody. Null where Slack does not have `blocks.validate`. */
  validateScreens(): Promise<ScreenProblems | null>
}

/** Another machine's clock and this one's, in ms since 1970. */
export interface ClockReading {
  remote: number
  local: number
}

export interface RepositorySeen {
  archived: boolean
  /** Whether the token's account may push; null when GitHub does not say. */
  mayPush: boolean | null
  /** Scopes of a classic token; null for a fine-grained one, which has none. */
  scopes: string[] | null
  isPrivate: boolean
}

export interface PushRule {
  /** GitHub's name, such as `pull_request`. */
  type: string
  ruleset: string | null
  /** Whether the bot's account may bypass it; null when unknown. */
  bypassed: boolean | null
}

/** The port to the repository's settings. Every method throws `NotReadable`. */
export interface RepositoryRecords {
  readRepository(): Promise<RepositorySeen>
  branchExists(branch: string): Promise<boolean>
  /** Of the log's branch. */
  readPushRules(): Promise<PushRule[]>
  /** Required read permissions that the token lacks, such as `Actions`. */
  findMissingPermissions(): Promise<string[]>
  readWorkflowFile(kind: RunKind): Promise<string | null>
  readClock(): Promise<ClockReading>
}

/** A SQLite file. */
export interface FileSeen {
  kind: 'file'
  exists: boolean
  bytes: number
  freeBytes: number
  writeProblem: string | null
}

/** A database on a PostgreSQL server. */
export interface ServerSeen {
  kind: 'server'
  /** Such as `rotation at db.example:5432`. */
  name: string
  version: string
  /** Whether the bot has made its tables. */
  exists: boolean
  bytes: number
  writeProblem: string | null
  /** What an administrator has to enter so that the bot has its rights; null when it has them. */
  missingGrants: string | null
  /** By how much the slowest standby is behind, in seconds; null when there is none, or that cannot be read. */
  standbyLagSeconds: number | null
}

export type DatabaseSeen = (FileSeen | ServerSeen) & {
  /** That another version of the bot made it, and what to do; left out where this one may use it. */
  versionProblem?: string
}

export interface Backup {
  file: string
  at: Instant
  /** Whether all of it was read. */
  isVerified: boolean
  problem: string | null
}

/** The port to the bot's own database. Every method throws `NotReadable`. */
export interface DatabaseRecords {
  inspect(): Promise<DatabaseSeen>
  findDamage(): Promise<string | null>
  /** Null for a file, whose times are the machine's. */
  readClock(): Promise<ClockReading | null>
  /** Verifies the history from its first event, and compares it with heads recorded elsewhere. */
  verifyHistory(witnesses: readonly ChainHead[]): Promise<ChainVerdict>
  /** What the database knows of heads that were recorded elsewhere. */
  readOwnRecords(heads: ChainHead[]): Promise<OwnRecords>
  /** The channel that the bot found at its first start; null before that. */
  readKnownChannel(): Promise<KnownChannel | null>
  /** When the last finished job of a kind was enqueued; null when there is none. */
  findLastDone(kind: string): Promise<Instant | null>
  /** The bots that run on it now; null for a file, which one bot uses. */
  readBots(): Promise<PresentBot[] | null>
  /** Null when there is none. Not called when no folder is configured. */
  readNewestBackup(): Promise<Backup | null>
}

/** The part of the config that health checks read. */
export interface DiagnosticsConfig {
  channel: string
  owners: Record<string, string>
  timeZone: string
  people: { operators: string[]; 'devops-lead': string[]; 'ai-ops-owner': string[]; 'on-call': string | null }
  repository: { name: string; branch: string; log: string; registry: string }
  log: { branch: string | null; 'public-key': string }
  /** Ids of the keys that seal the log. */
  signingKeys: { current: string | null; earlier: string | null }
  rotatesWith: 'ci' | 'secrets-manager'
  /** Who revokes old versions. */
  revoker: Revoker
  workflows: Record<RunKind, string>
  environments: readonly Environment[]
  ticket: { name: string; inJira: boolean }
  secretsPrefix: string
  telemetryQueries: readonly TelemetryQuery[]
  backup: { folder: string | null; maxAgeHours: number; isOfServer: boolean }
}

/** When the bot's own credentials end. Every method throws `NotReadable`. */
export interface CredentialRecords {
  /** Null for a token that does not end by itself. */
  githubEndsAt(): Promise<Instant | null>
  /** Null where it is renewed by itself, or nobody says. */
  secretsManagerEnd(): Promise<CredentialEnd | null>
}

export interface Machine {
  nodeVersion: string
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
  /** Whether others are connected to the bot's Slack app; only a running bot learns that they are. */
  othersConnected: boolean
  repositoryRecords: RepositoryRecords
  repository: Pick<Repository, 'readLog' | 'readRegistry' | 'readPublicKey'>
  ci: Pick<Ci, 'readWorkflow'>
  tickets: Pick<Tickets, 'find'>
  secrets: Pick<SecretsManager, 'readAll' | 'canReadValue'>
  credentials: CredentialRecords
  telemetry: Telemetry | null
  pager: {
    pages: boolean
    directory: Pick<PagerDirectory, 'onCall'> | null
  }
  database: DatabaseRecords
  now(): Instant
}
