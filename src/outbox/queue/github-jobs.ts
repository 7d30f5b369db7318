import type { JobPayloads, NewJob } from '#domain/ports/outbox-job'
import type { NewEvent } from '#domain/rotation/events'
import { sha256 } from '#domain/rotation/evidence'
import { type Instant, type RunKind, rotationLabel } from '#domain/rotation/rotation'
import type { LogEntry } from '#domain/rotation/rotation-log'

// The log is one file, so all its commits share an ordering key, to avoid conflicts.
const LOG_ORDER = 'log'
const REGISTRY_ORDER = 'registry'

/** Commits an entry to the rotation log; the chain's head makes its key unique. */
export const logEntryJob = (rotationId: number | null, entry: LogEntry): NewJob => ({
  kind: 'log-entry',
  key: `log:${entry.rotation}:${entry.event}:${entry.head.count}`,
  rotationId,
  orderingKey: LOG_ORDER,
  collapseKey: null,
  payload: entry,
})

/** Proposes the registry. @param at when it was requested: the same content can be proposed again after a refusal */
export const registryProposalJob = (at: Instant, payload: JobPayloads['registry-proposal']): NewJob => ({
  kind: 'registry-proposal',
  key: `registry:${sha256(payload.text).slice(0, 12)}:${at}`,
  rotationId: null,
  orderingKey: REGISTRY_ORDER,
  collapseKey: null,
  payload,
})

export const workflowDispatchKey = (rotationId: number, run: RunKind, attempt: number): string =>
  `dispatch:${rotationLabel(rotationId)}:${run}:${attempt}`

/** Starts a workflow. @param attempt 1 for the first run of its kind in the rotation */
export const workflowDispatchJob = (rotationId: number, run: RunKind, attempt: number): NewJob => ({
  kind: 'workflow-dispatch',
  key: workflowDispatchKey(rotationId, run, attempt),
  rotationId,
  orderingKey: `ci:${rotationLabel(rotationId)}`,
  collapseKey: null,
  payload: { run, attempt },
})

/** Starts every workflow that these events request. */
export const dispatchJobs = (rotationId: number, events: readonly NewEvent[]): NewJob[] =>
  events.flatMap((event) =>
    event.type === 'run-requested'
      ? [workflowDispatchJob(rotationId, event.data.kind, event.data.attempt)]
      : [],
  )
