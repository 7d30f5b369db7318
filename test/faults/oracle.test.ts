import { describe, expect, it } from 'vitest'
import type { NewEvent } from '#domain/rotation/events'
import type { Evidence, JobSeen } from './evidence.ts'
import { judge, RULES, type RuleName } from './oracle.ts'
import {
  alert,
  eventsOf,
  HISTORY,
  interaction,
  job,
  logRow,
  message,
  properEvidence,
} from './proper-evidence.ts'

/** How each rule's contradiction is made out of proper systems; several where it sees several. */
const FORGED: Record<RuleName, ((proper: Evidence) => Partial<Evidence>)[]> = {
  'chain-intact': [
    ({ events }) => ({ events: events.map((each) => ({ ...each, previousHash: '0'.repeat(64) })) }),
    ({ events }) => ({
      events: events.with(1, { ...events[1], actor: 'U0BYSTANDER' } as Evidence['events'][0]),
    }),
    ({ events }) => ({ events: events.toSpliced(1, 1) }),
  ],
  'log-witnesses-history': [() => ({ logRows: [logRow(eventsOf(HISTORY.slice(1)))] })],
  'jobs-done': [
    ({ jobs }) => ({ jobs: [...jobs, job('event:6', 'thread-message', { state: 'queued', attempts: 9 })] }),
    ({ jobs }) => ({ jobs: [...jobs, job('event:6', 'thread-message', { state: 'running' })] }),
  ],
  'messages-once': [
    ({ messages }) => ({ messages: [...messages, message('event:5', 'rotation_thread', 'aborted')] }),
    ({ messages }) => ({ messages: messages.slice(0, 1) }),
    ({ messages }) => ({ messages: [...messages, message('event:99', 'rotation_thread', 'nobody’s')] }),
  ],
  'cards-true': [
    ({ messages }) => ({ messages: [message('card:1', 'rotation_card', 'R1 · open'), ...messages.slice(1)] }),
    ({ messages }) => ({ messages: [...messages, message('card:2', 'rotation_card', 'Aborted')] }),
    ({ messages }) => ({ messages: messages.slice(1) }),
    () => ({ rotations: [{ id: 1, status: 'open' }] }),
  ],
  'log-rows-once': [
    ({ logRows }) => ({ logRows: [...logRows, ...logRows] }),
    () => ({ logRows: [] }),
    ({ jobs }) => ({ jobs: jobs.filter((each) => each.kind !== 'log-entry') }),
  ],
  'comments-once': [() => ({ comments: [] }), ({ comments }) => ({ comments: [...comments, ...comments] })],
  'runs-once': [
    ({ ciRuns }) => ({ ciRuns: [...ciRuns, ...ciRuns] }),
    ({ ciRuns }) => ({ ciRuns: ciRuns.map((each) => ({ ...each, title: `${each.title}.2` })) }),
    () => ({ events: eventsOf([...HISTORY, ...HISTORY.filter((each) => each.type === 'run-requested')]) }),
  ],
  'nothing-after-abort': [
    ({ ciRuns }) => ({ ciRuns: ciRuns.map((each) => ({ ...each, createdAt: '2026-11-28T10:00:00.000Z' })) }),
  ],
  'actors-allowed': [
    () => ({ events: eventsOf(HISTORY.map((each) => ({ ...each, actor: 'U0BYSTANDER' }))) }),
    () => ({ events: eventsOf(HISTORY.map((each) => ({ ...each, actor: 'U0DEVOPSLEAD' }))) }),
  ],
  'pages-once': [
    () => ({ alerts: [alert('R1'), alert('R1')] }),
    () => ({ alerts: [alert('R1'), alert('R1 again')] }),
    () => ({ alerts: [] }),
    () => ({ events: eventsOf(HISTORY.filter((each) => each.type !== 'escalated')) }),
  ],
  'clicks-recorded': [
    () => ({ interactions: [interaction({ mark: 'mark 9' })] }),
    () => ({ events: eventsOf([...HISTORY, ...HISTORY.slice(0, 1)]) }),
  ],
  'refusals-not-recorded': [() => ({ interactions: [interaction({ refused: 'not allowed' })] })],
  answered: [
    () => ({ interactions: [interaction({ mark: null, acked: false, error: 'operation_timeout' })] }),
    () => ({ interactions: [interaction({ mark: null, answered: false })] }),
  ],
  'steps-proven': [
    () => ({ events: eventsOf(HISTORY.map((each) => withResults(each, []))) }),
    () => ({ events: eventsOf(HISTORY.map((each) => withResults(each, [{ state: 'failed' }]))) }),
    () => ({ checks: [] }),
  ],
  'tokens-once': [() => ({ events: eventsOf([HISTORY[0], { ...HISTORY[0], rotationId: 2 }] as NewEvent[]) })],
  'signatures-on-one-digest': [
    () => ({
      events: eventsOf([approved()]),
      signatures: [signature('devops-lead', 'U1', 'a'), signature('ai-ops-owner', 'U2', 'b')],
    }),
    () => ({ signatures: [signature('devops-lead', 'U1', 'a'), signature('ai-ops-owner', 'U1', 'a')] }),
  ],
  'versions-once': [({ versions }) => ({ versions: mapValues(versions, (ids) => [...ids, 'v4']) })],
  'versions-not-taken': [() => ({ taken: ['version v1 has been destroyed, and its agent runs it'] })],
  'not-deaf': [() => ({ answersAtTheEnd: false })],
  'no-unhandled-rejection': [
    () => ({ stderr: 'node:internal/process/promises:394\n      triggerUncaughtException(err, true);' }),
  ],
  'process-kept': [
    () => ({ ends: [{ at: 0, end: 1, sent: null, wasReady: true, lastWords: '' }] }),
    () => ({ ends: [{ at: 0, end: 0, sent: null, wasReady: true, lastWords: '' }] }),
    () => ({ ends: [{ at: 0, end: 1, sent: 'SIGTERM', wasReady: true, lastWords: '' }] }),
    () => ({ ends: [{ at: 0, end: 78, sent: null, wasReady: false, lastWords: '' }] }),
  ],
}

function withResults(event: NewEvent, results: { state: string }[]): NewEvent {
  if (event.type !== 'step-completed') return event
  const [check] = event.data.checks
  return {
    ...event,
    data: { ...event.data, checks: results.map((each) => ({ ...check, ...each })) },
  } as NewEvent
}

const approved = (): NewEvent => ({
  type: 'rotation-approved',
  rotationId: 1,
  actor: 'bot',
  at: '2026-11-28T09:00:00.000Z',
  data: { tokens: 1 },
})

const signature = (role: string, userId: string, digest: string) => ({
  rotationId: 1,
  round: 1,
  role,
  userId,
  digest,
})

const mapValues = <T>(record: Record<string, T>, map: (value: T) => T): Record<string, T> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))

describe('the oracle', () => {
  it('sees nothing in proper systems', () => {
    expect(judge(properEvidence())).toEqual([])
  })

  it.each(
    Object.entries(FORGED).flatMap(([rule, forge]) =>
      forge.map((each, index) => [rule, index + 1, each] as const),
    ),
  )('sees by %s what was forged (%i)', (rule, _, forge) => {
    const proper = properEvidence()
    const seen = RULES[rule as RuleName]({ ...proper, ...forge(proper) })
    expect(seen).not.toEqual([])
  })

  it('excuses what was not answered while the bot was disturbed', () => {
    const proper = properEvidence()
    const interactions = [interaction({ mark: null, acked: false, error: 'dispatch_failed' })]
    const { from } = interaction({})
    const disturbances = [{ from: from - 3_000, to: from - 1_000, what: 'SIGKILL', excusesAck: true }]
    expect(RULES.answered({ ...proper, interactions, disturbances })).toEqual([])
    expect(RULES.answered({ ...proper, interactions, isSlow: true })).toEqual([])
  })

  it('excuses a copy of what was refused by a bot that was killed before it could record that, and no other', () => {
    const proper = properEvidence()
    const { to } = interaction({})
    const busy = { reason: 'The database is busy or cannot be reached. Nothing was changed.' }
    const judged = (refused: string, at: number) =>
      RULES['refusals-not-recorded']({
        ...proper,
        interactions: [interaction({ refused })],
        ends: [{ at, end: 'SIGKILL', sent: 'SIGKILL', wasReady: true, lastWords: '' }],
      })
    expect(judged(JSON.stringify(busy), to + 1_000)).toEqual([])
    expect(judged(JSON.stringify(busy), to - 1_000)).toHaveLength(1)
    expect(judged(JSON.stringify(busy), to + 61_000)).toHaveLength(1)
    expect(judged('not allowed', to + 1_000)).toHaveLength(1)
  })

  it('excuses a signal that met a start which had failed, and not a bot that was connected', () => {
    const judged = (wasReady: boolean) =>
      RULES['process-kept']({
        ...properEvidence(),
        ends: [{ at: 0, end: 1, sent: 'SIGTERM', wasReady, lastWords: '' }],
      })
    expect(judged(false)).toEqual([])
    expect(judged(true)).toHaveLength(1)
  })

  it('excuses a run that was on its way to GitHub when its rotation was aborted, and no later one', () => {
    const proper = properEvidence()
    const ciRuns = proper.ciRuns.map((each) => ({ ...each, createdAt: '2026-11-28T10:00:00.000Z' }))
    const abortedAt = proper.events.find(({ type }) => type === 'rotation-aborted')?.at ?? ''
    const dispatch = (sentAt: string | null) => [
      { ...proper.jobs[0], key: 'dispatch:R1:rotate:1', sentAt } as JobSeen,
    ]
    const judged = (jobs: JobSeen[]) => RULES['nothing-after-abort']({ ...proper, ciRuns, jobs })
    expect(judged(dispatch(abortedAt))).toEqual([])
    expect(judged(dispatch('2026-11-28T10:00:00.000Z'))).toHaveLength(1)
    expect(judged(dispatch(null))).toHaveLength(1)
  })

  it('takes a step whose failed check was overridden', () => {
    const proper = properEvidence()
    const events = eventsOf(HISTORY.map((each) => withResults(each, [{ state: 'failed' }])))
    const exceptions = [{ rotationId: 1, checkId: 'registry-in-sync' }]
    expect(RULES['steps-proven']({ ...proper, events, exceptions })).toEqual([])
  })
})
