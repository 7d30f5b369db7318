import { describe, expect, it } from 'vitest'
import type { Escalation } from '#domain/on-call/escalation'
import type { EscalationCause } from '#domain/on-call/escalation-cause'
import type { Reminder } from '#domain/reminders/reminder'
import type { Revocation } from '#domain/revocations/revocation'
import type { Rotation } from '#domain/rotation/rotation'
import { escalation } from '#views/escalation'
import { onCallMessage, pageFor } from '#views/page'
import { reminder } from '#views/reminder'
import type { RotationState } from '#views/state'
import { messageProblems } from '../support/block-kit-checker.ts'
import { HOSTILE_TEXTS } from '../support/hostile.ts'
import { only, promoting, withEnvironments } from '../support/promotion-builder.ts'
import { actionIdsOf, wordsOf } from '../support/read-view.ts'
import { aRevocation } from '../support/revocation-builder.ts'
import { anEscalation, minutesIn, NOW, names, OPERATOR } from '../support/rotation-builder.ts'

const bot = (parts: Partial<Revocation> = {}) =>
  aRevocation({ revoker: 'bot', environment: 'production', stage: 'deployment', ...parts })
const workflow = (parts: Partial<Revocation> = {}) => aRevocation({ environment: 'production', ...parts })

const called = (cause: EscalationCause, state: RotationState, parts = {}) =>
  escalation(
    state,
    {
      escalation: anEscalation({ cause, reason: 'why', openedBy: 'bot', ...parts }),
      oncall: ['S0ONCALL'],
      remarks: [],
    },
    names,
    NOW,
  )

const DECISION = ['revoke-now', 'extend-revocation']

describe('a call about old versions says what to do, with the buttons for it', () => {
  const aborted = { status: 'aborted', done: 3 } as const
  it.each<[string, EscalationCause, RotationState, string[], string]>([
    [
      'a missing deployment',
      'deployment-missing',
      promoting({}, { revocations: [bot()] }),
      ['deploy:production', ...DECISION],
      '→ Deploy now',
    ],
    [
      'a missing deployment, where the issuer revokes',
      'deployment-missing',
      promoting({}, { revocations: [workflow()] }),
      ['deploy:production'],
      'Ask the issuer for a later date',
    ],
    [
      'a missing deployment in step 4',
      'deployment-missing',
      withEnvironments({}, { revocations: [bot()] }),
      ['open-step:integration-verification', ...DECISION],
      '→ Deploy now',
    ],
    [
      'what an abort left alive',
      'deployment-missing',
      withEnvironments(aborted, { revocations: [bot()] }),
      DECISION,
      '→ Start a new rotation for these tokens',
    ],
    [
      'a missing signature',
      'sign-off-waiting',
      withEnvironments({ done: 5 }, { revocations: [bot()] }),
      DECISION,
      '→ Ask the approvers now',
    ],
    [
      'a missing decision',
      'decision-missing',
      promoting({}, { revocations: [bot({ stage: 'person' })] }),
      DECISION,
      '→ Decide now',
    ],
    [
      'an overdue version',
      'revocation-overdue',
      promoting({}, { revocations: [bot()] }),
      [...DECISION, 'deploy:production', 'record-revocation'],
      'on-call is paged every 30 minutes until somebody acknowledges',
    ],
  ])('%s', (_, cause, state, buttons, words) => {
    const message = called(cause, state)
    expect(messageProblems(message)).toEqual([])
    expect(wordsOf(message)).toContain(words)
    expect(wordsOf(message)).toContain('Old tokens: ')
    expect(actionIdsOf(message)).toEqual(['acknowledge', ...buttons])
    const direct = onCallMessage(anEscalation({ cause, reason: 'why' }), state, names, NOW)
    expect(messageProblems(direct)).toEqual([])
    expect(wordsOf(direct)).toContain(words)
    expect(actionIdsOf(direct)).toEqual(['acknowledge', ...buttons])
    const page = pageFor(anEscalation({ cause, reason: 'why' }), state, names, 'flashfusion/agents')
    expect(page).toMatchObject({
      details: { 'what to do': expect.stringContaining(words.replace('→ ', '')) },
    })
  })

  it('keeps them when it is acknowledged, and loses them when it is resolved', () => {
    const state = promoting({}, { revocations: [bot()] })
    const acknowledged = called('deployment-missing', state, {
      acknowledgedAt: NOW,
      acknowledgedBy: OPERATOR,
    })
    expect(actionIdsOf(acknowledged)).toEqual(['deploy:production', ...DECISION])
    const resolved = called('deployment-missing', state, { resolvedAt: NOW, resolvedReason: 'done' })
    expect(actionIdsOf(resolved)).toEqual([])
    expect(wordsOf(resolved)).not.toContain('→')
  })

  it('offers nobody to extend or revoke a version that leaked and is being revoked already', () => {
    const leaked = bot({ leakedIn: 42, forcedAt: NOW, forcedBy: OPERATOR })
    expect(actionIdsOf(called('decision-missing', promoting({}, { revocations: [leaked] })))).toEqual([
      'acknowledge',
    ])
  })
})

describe('a reminder about old versions', () => {
  const about = (kind: 'deployment-missing' | 'decision-missing', versions: Revocation[]): Reminder => ({
    kind,
    subject: 'R42',
    due: NOW,
    urgent: true,
    rotation: 42,
    people: [OPERATOR, 'S0OPERATORS'],
    deadline: minutesIn(120 + 6 * 60),
    versions,
  })
  const shown = (reminders: Reminder[], states: RotationState[]) =>
    reminder({
      reminders,
      states,
      delegations: [],
      owners: {},
      onCall: null,
      key: 'reminder:x',
      maySnooze: false,
      startBarred: null,
      names,
      now: NOW,
    })

  it('names the environment, the deadline and what it waits for, mentions groups, and offers what can be done', () => {
    const message = shown([about('deployment-missing', [bot()])], [promoting({}, { revocations: [bot()] })])
    const words = wordsOf(message)
    expect(messageProblems(message)).toEqual([])
    expect(words).toMatch(/R42: production must run on the new tokens before .* \(in 6 h\)/)
    expect(words).toContain('Nothing is revoked then, but on-call must decide')
    expect(words).toContain('deploy to production')
    expect(JSON.stringify(message)).toContain('<!subteam^S0OPERATORS>')
    expect(JSON.stringify(message)).not.toContain(`<@${OPERATOR}>`)
    expect(actionIdsOf(message)).toEqual(['deploy:production', ...DECISION])
  })

  it('says that agents will be refused where the issuer revokes by its own date', () => {
    const rows = [workflow()]
    const message = shown([about('deployment-missing', rows)], [promoting({}, { revocations: rows })])
    expect(wordsOf(message)).toContain('Agents will be refused then')
    expect(message.text).toContain('before old versions are refused')
    expect(actionIdsOf(message)).toEqual(['deploy:production'])
  })

  it('says what an aborted rotation left, and what somebody must decide', () => {
    const rows = [bot({ stage: 'person', stageNote: 'agents were refused' })]
    const state = withEnvironments({ status: 'aborted' }, { revocations: rows })
    const message = shown([about('deployment-missing', rows), about('decision-missing', rows)], [state])
    expect(wordsOf(message)).toContain('the rotation is closed: start a new one and deploy')
    expect(wordsOf(message)).toContain('R42 needs a decision about 1 old version')
    expect(wordsOf(message)).toContain('agents were refused')
    expect(actionIdsOf(message)).toEqual(DECISION)
  })

  it('names the rotation on the buttons where there are several', () => {
    const state = (id: number) => promoting({ id }, { revocations: [bot({ rotationId: id })] })
    const reminders = [42, 43].map((id) => ({ ...about('deployment-missing', [bot()]), rotation: id }))
    const message = shown(reminders as Reminder[], [state(42), state(43)])
    expect(messageProblems(message)).toEqual([])
    expect(wordsOf(message)).toContain('R43: Deploy to production')
  })

  it.each(Object.entries(HOSTILE_TEXTS))('stays a message whatever the texts are: %s', (_, text) => {
    const rows = Array.from({ length: 12 }, (_, id) =>
      bot({ id, agent: text, environment: text, versionId: text, stage: 'person', stageNote: text }),
    )
    const state = promoting({}, { revocations: rows })
    const reminders = [about('deployment-missing', rows), about('decision-missing', rows)]
    expect(messageProblems(shown(reminders, [state]))).toEqual([])
    for (const cause of ['deployment-missing', 'decision-missing', 'revocation-overdue'] as const)
      expect(messageProblems(called(cause, state, { reason: text }))).toEqual([])
  })
})

describe('the summary of a page', () => {
  const pageOf = (rotation: Partial<Rotation>, call: Partial<Escalation>) => {
    const state = withEnvironments({ severity: 'P1', trigger: 'credential-anomaly', ...rotation })
    return pageFor(anEscalation({ reason: 'why', ...call }), state, names, 'flashfusion/agents')
  }

  it.each<[string, Partial<Rotation>, Partial<Escalation>, string]>([
    ['an incident', {}, { cause: 'incident', severity: 'P1' }, 'INCIDENT P1 R42, production'],
    [
      'a failure in an incident',
      {},
      { cause: 'run-failed', severity: 'P1' },
      'INCIDENT P1 R42, production: a workflow failed',
    ],
    [
      'a call with another severity',
      {},
      { cause: 'requested', severity: 'P2' },
      'INCIDENT P1 R42, production: P2, help was requested',
    ],
    [
      'a routine rotation',
      { trigger: 'cadence', severity: null },
      { cause: 'requested', severity: 'P1' },
      'R42, production: P1, help was requested',
    ],
  ])('names severity and cause once: %s', (_, rotation, call, summary) => {
    const page = pageOf({ tokens: only('production'), ...rotation }, call)
    expect(page).toMatchObject({ summary: `${summary}: why` })
  })
})
