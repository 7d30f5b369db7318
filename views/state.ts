import type { Escalation } from '#domain/on-call/escalation'
import type { Revocation } from '#domain/revocations/revocation'
import type { CheckDefinition, CheckId } from '#domain/rotation/checks'
import type { Environment } from '#domain/rotation/environments'
import type { CheckResult, Role, Rotation, RunSystem } from '#domain/rotation/rotation'

/** Everything that a view of one rotation may need; read once, shown by pure functions. */
export interface RotationState {
  rotation: Rotation
  /** Every check that there is, in the order in which people see them. */
  definitions: readonly CheckDefinition[]
  /** Every environment of the config, in the order in which they are deployed to. */
  environments: readonly Environment[]
  /** The newest result of each check. */
  checks: CheckResult[]
  /** The checks that are being run now. */
  running: CheckId[]
  /** Every version that the rotation replaced, and what is known of its revocation. */
  revocations: Revocation[]
  /** What the outside world has not been told yet, and why. */
  undelivered: { what: string; reason: string }[]
  /** Where on-call was called, and it is not over. */
  escalations: Escalation[]
  /** Address of the rotation log; null until an entry is committed. */
  logUrl: string | null
  /** What carries out a rotation that is started now. */
  rotatesWith: RunSystem
  /** By whose days tokens are due. */
  timeZone: string
  /** Name or address of the ticket that collects the evidence. */
  ticket: string
  /** Who holds each role: user ids, or ids of user groups (`S…`). */
  approvers: Record<Role, string[]>
  /** Digest of what would be signed now. */
  digest: string
  /** Address of the card; null until it is posted. */
  permalink: string | null
}

/** A person's display name by Slack user id, as plain text; showing it rings nobody. */
export type Names = (userId: string) => string
