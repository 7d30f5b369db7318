import { createHash } from 'node:crypto'
import canonicalize from 'canonicalize'
import type { EscalationCause } from '#domain/on-call/escalation-cause'
import type { CheckId, CheckPhase } from './checks.ts'
import type { CheckState, Instant, Role, RunKind, RunSystem, Severity, Trigger } from './rotation.ts'
import type { StepId } from './steps.ts'

/** A version that a rotation replaced, as events name it. */
export interface OldVersion {
  agent: string
  environment: string
  secret: string
  versionId: string
}

/** What happened, by type. Kept for ever: add fields and types, never rename one. */
export interface EventData {
  'rotation-opened': {
    trigger: Trigger
    severity: Severity | null
    reason: string
    environments: string[]
    agents: string[]
    tokens: string[]
    evidence?: string[]
    /** The rotations that this one takes the place of. */
    supersedes?: number[]
  }
  /** An open rotation became an incident. */
  'raised-to-incident': {
    from: { trigger: Trigger; severity: Severity | null; reason: string }
    trigger: Trigger
    severity: Severity
    reason: string
    evidence: string[]
    /** Whether somebody had signed: what they signed has changed. */
    signaturesVoid: boolean
  }
  'checks-run': {
    step: CheckPhase
    /** Where only one environment was looked at. */
    environment?: string
    results: { check: CheckId; title: string; state: CheckState; sentence: string }[]
  }
  'run-requested': { kind: RunKind; attempt: number; system?: RunSystem; environment?: string }
  'run-started': { kind: RunKind; attempt: number; runId: number; url: string; environment?: string }
  'run-finished': {
    kind: RunKind
    attempt: number
    succeeded: boolean
    conclusion: string
    url: string | null
    /** Whom it is told; absent from events that are older than this field. */
    requestedBy?: string
    system?: RunSystem
    environment?: string
  }
  'step-completed': {
    step: StepId
    attestations: string[]
    evidence: string[]
    notes: string
    /** The results that the completion rests on. */
    checks: { check: CheckId; state: CheckState; finishedAt: Instant }[]
  }
  'exception-recorded': {
    check: CheckId
    title: string
    what: string
    commands: string
    proof: string[]
    doneAt?: Instant
  }
  /** Absent fields: an event from before there was more than one cause. */
  escalated: {
    reason: string
    cause?: EscalationCause
    occurrence?: string
    severity?: Severity
    /** False in a drill that rings nobody. */
    notifies?: boolean
  }
  /** @param by Slack user id, or the name that the pager knows */
  'escalation-acknowledged': {
    escalation: number
    cause: EscalationCause
    by: string
    via: 'slack' | 'pager'
  }
  'escalation-resolved': { escalation: number; cause: EscalationCause; reason: string }
  /** `delegateOf` is absent where the person holds the role. */
  'signed-off': { role: Role; digest: string; comment: string; delegateOf?: string }
  rejected: { role: Role; digest: string; reason: string; reopened: StepId[]; delegateOf?: string }
  'rotation-approved': { tokens: number }
  /** How many old versions were proven revoked, or recorded by a person. */
  /** An environment was deployed to after the sign-offs, and its agents work with the new tokens. */
  'environment-promoted': { environment: string }
  /** An approver took the approvals back while environments were promoted. */
  withdrawn: { role: Role; reason: string; delegateOf?: string }
  /** What was signed is no longer so. */
  'approval-void': { reason: string; reopened: StepId[] }
  'rotation-completed': { proven: number; recorded: number }
  'rotation-aborted': { reason: string }
  'owner-changed': { from: string; to: string; reason: string }
  /** Who stands in for whom as an approver, until the end of this day in the configured time zone. */
  delegated: { role: Role; to: string; lastDay: string }
  'delegation-ended': { role: Role; to: string }
  'revocation-proven': { versions: (OldVersion & { proof: string })[] }
  /** Since when it was to be revoked, and what was seen instead. */
  'revocation-overdue': { versions: (OldVersion & { since: Instant; why: string })[] }
  /** A person's word, not the machine's. */
  'revocation-recorded': { versions: OldVersion[]; what: string; commands: string; proof: string[] }
}

export type EventType = keyof EventData

/** The bot itself as the actor of an event. */
export const BOT_ACTOR = 'bot'

/** One line of the history, before it is chained. */
export type NewEvent = {
  [Type in EventType]: {
    type: Type
    rotationId: number
    /** Slack user id, or `bot`. */
    actor: string
    at: Instant
    data: EventData[Type]
  }
}[EventType]

/** One line of the append-only, hash-chained history. */
export type RotationEvent = NewEvent & {
  /** From 1, without gaps, over all rotations. */
  count: number
  previousHash: string
  hash: string
}

/** The newest event's place and hash; written into each log entry so that git witnesses the chain. */
export interface ChainHead {
  count: number
  hash: string
}

/** The head before the first event. */
export const GENESIS: ChainHead = { count: 0, hash: '0'.repeat(64) }

/** The hash that chains an event: SHA-256 over the previous hash and the event's canonical JSON (RFC 8785). */
export function chainHash(previousHash: string, event: NewEvent): string {
  const { type, rotationId, actor, at, data } = event
  const body = canonicalize({ type, rotationId, actor, at, data })
  return createHash('sha256')
    .update(previousHash)
    .update(body ?? '')
    .digest('hex')
}

/** Chains new events onto a head. */
export function chain(head: ChainHead, events: NewEvent[]): RotationEvent[] {
  let { count, hash } = head
  return events.map((event) => {
    const previousHash = hash
    hash = chainHash(previousHash, event)
    count += 1
    return { ...event, count, previousHash, hash }
  })
}

/**
 * Finds the first event at which a stored history is not what was written.
 *
 * @param events the whole history in order
 * @param witnesses heads recorded outside the database, such as in the rotation log; they show a cut tail
 *   and a rewrite from the start, which the chain alone cannot
 * @returns null when everything agrees, else a sentence
 */
export function findChainBreak(events: RotationEvent[], witnesses: ChainHead[] = []): string | null {
  let head = GENESIS
  for (const event of events) {
    if (event.count !== head.count + 1) return `event ${head.count + 1} is missing`
    if (event.previousHash !== head.hash || event.hash !== chainHash(head.hash, event))
      return `event ${event.count} is not what was written`
    head = { count: event.count, hash: event.hash }
  }
  for (const witness of witnesses) {
    const event = witness.count === 0 ? GENESIS : events[witness.count - 1]
    if (!event) return `the history ends at event ${head.count}, but event ${witness.count} was witnessed`
    if (event.hash !== witness.hash) return `event ${witness.count} differs from its witness`
  }
  return null
}
