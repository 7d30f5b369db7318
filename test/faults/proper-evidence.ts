import { chain, GENESIS } from '#domain/rotation/event-chain'
import type { NewEvent, RotationEvent } from '#domain/rotation/events'
import type { LogRow } from '#domain/rotation/log-file'
import type { Alert } from '#test/support/pager'
import type { Message } from '#test/support/person'
import type { Evidence, JobSeen } from './evidence.ts'
import type { Interaction } from './visitor.ts'

const AT = '2026-11-28T09:00:00.000Z'
const NOON = Date.parse(AT)
const OPERATOR = 'U0OPERATOR'
const SECRET = 'flashfusion/sandbox/orchestrator'

/** The history of one rotation with one step, a run, a call and an end. */
export const HISTORY: NewEvent[] = [
  event('rotation-opened', {
    trigger: 'policy-hit',
    severity: 'P1',
    reason: 'mark 1',
    environments: ['sandbox'],
    agents: ['orchestrator'],
    tokens: [SECRET],
  }),
  event('escalated', { reason: 'incident' }),
  event('step-completed', {
    step: 'inventory-review',
    attestations: [],
    evidence: [],
    notes: 'mark 2',
    checks: [{ check: 'registry-in-sync', state: 'passed', finishedAt: AT }],
  }),
  event('run-requested', { kind: 'rotate', attempt: 1 }),
  event('rotation-aborted', { reason: 'mark 3' }),
]

function event<Type extends NewEvent['type']>(type: Type, data: unknown): NewEvent {
  return { type, rotationId: 1, actor: OPERATOR, at: AT, data } as NewEvent
}

export const eventsOf = (history: NewEvent[]): RotationEvent[] => chain(GENESIS, history)

export const job = (key: string, kind: string, changed: Partial<JobSeen> = {}): JobSeen => ({
  id: 1,
  key,
  kind,
  rotationId: 1,
  state: 'done',
  attempts: 1,
  result: '{}',
  problem: null,
  sentAt: null,
  ...changed,
})

export const message = (jobId: string, type: string, text: string): Message => ({
  ts: jobId,
  text,
  is_bot: true,
  metadata: { event_type: type, event_payload: { rotation_id: 'R1', job_id: jobId } },
})

export const interaction = (changed: Partial<Interaction>): Interaction => ({
  what: 'start',
  by: OPERATOR,
  mark: 'mark 1',
  types: ['rotation-opened'],
  from: NOON,
  to: NOON + 500,
  acked: true,
  error: null,
  refused: null,
  answered: true,
  ...changed,
})

export const logRow = (events: RotationEvent[]): LogRow => {
  const last = events.at(-1)
  const head = last ? { count: last.count, hash: last.hash } : GENESIS
  return { rotation: 'R1', event: 'aborted', head, number: 1, cells: new Map() }
}

/** All systems as they are after that history: no rule sees anything in it. */
export function properEvidence(): Evidence {
  const events = eventsOf(HISTORY)
  return {
    events,
    jobs: [
      job('card:1', 'card'),
      job('event:5', 'thread-message'),
      job('log:1', 'log-entry'),
      job('ticket:1', 'ticket-comment'),
      job('page:trigger:1', 'page'),
    ],
    rotationsBefore: 0,
    rotations: [{ id: 1, status: 'aborted' }],
    checks: [{ rotationId: 1, checkId: 'registry-in-sync', state: 'passed', finishedAt: AT }],
    exceptions: [],
    signatures: [],
    messages: [
      message('card:1', 'rotation_card', 'R1 · Aborted'),
      message('event:5', 'rotation_thread', 'aborted'),
    ],
    logRows: [logRow(events)],
    comments: ['Report\n\n`ticket:1 1/1`'],
    ciRuns: [{ name: 'agents:rotate-tokens', title: 'agents:rotate-tokens R1', createdAt: AT }],
    alerts: [alert('R1')],
    versions: { [SECRET]: ['v1', 'v2', 'v3'] },
    interactions: [interaction({})],
    disturbances: [],
    ends: [{ at: NOON, end: 'SIGKILL', sent: 'SIGKILL', wasReady: true, lastWords: '' }],
    stderr: '{"level":40,"msg":"job failed, will retry"}\n',
    taken: [],
    answersAtTheEnd: true,
    isSlow: false,
  }
}

export const alert = (dedupKey: string): Alert => ({
  id: dedupKey,
  dedupKey,
  status: 'resolved',
  summary: '',
  severity: 'critical',
  class: '',
  links: [],
  timeline: [],
})
