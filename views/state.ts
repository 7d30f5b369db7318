import type { Escalation } from '#domain/on-call/escalation'
import type { WatchTimes } from '#domain/revocations/retirement'
import type { Revocation } from '#domain/revocations/revocation'
import type { CheckDefinition, CheckId } from '#domain/rotation/checks'
import type { PendingConfirmation } from '#domain/rotation/confirmation'
import type { Environment } from '#domain/rotation/environments'
import type { FoundRun } from '#domain/rotation/found-runs'
import type { CheckResult, Instant, Role, Rotation, RunSystem } from '#domain/rotation/rotation'
import type { RunbookNames } from '#domain/rotation/steps'
import type { RecordedWaiver } from '#domain/rotation/waiver'
import type { Windows } from '#domain/time/windows'

/** Everything the views of one rotation need, read once. */
/** An outbox job that could not be delivered yet. */
export interface Undelivered {
  what: string
  /** Why its last attempt failed. */
  reason: string
  /** Until when the other system limits calls, where that is the reason. */
  until?: Instant | null
}

export interface RotationState {
  rotation: Rotation
  /** All checks in display order. */
  definitions: readonly CheckDefinition[]
  /** Every environment of the config, in the order in which they are deployed to. */
  environments: readonly Environment[]
  /** The newest result of each check. */
  checks: CheckResult[]
  running: CheckId[]
  /** The versions that the rotation replaced, with the state of their revocation. */
  revocations: Revocation[]
  /** How long a disabled version is watched. */
  watch: WatchTimes
  /** Outbox jobs that could not be delivered yet. */
  undelivered: Undelivered[]
  escalations: Escalation[]
  /** Runs of the configured workflows that the bot did not start. */
  found: FoundRun[]
  /** Address of the rotation log; null until an entry is committed. */
  logUrl: string | null
  /** Address of the first comment on the ticket; null before it. */
  ticketUrl?: string | null
  /** The system that would run a rotation started now. */
  rotatesWith: RunSystem
  timeZone: string
  /** When rotations may start and environments may be deployed to. */
  windows: Windows
  /** What the runbook's sentences name now. */
  runbook: RunbookNames
  /** Who holds each role: user ids, or ids of user groups (`S…`). */
  approvers: Record<Role, string[]>
  /** Digest of the sign-off snapshot now. */
  digest: string
  /** Signatures that wait for a comment on the ticket. */
  confirmations?: readonly PendingConfirmation[]
  /** The newest waivers of the promotion gate. */
  waivers?: readonly RecordedWaiver[]
  /** Address of the card; null until it is posted. */
  permalink: string | null
}

/** A person's display name by Slack user id, as plain text; it does not notify them. */
export type Names = (userId: string) => string
