import { describe, expect, it } from 'vitest'
import { BOT_ACTOR, type NewEvent } from '#domain/rotation/events'
import { STEP_IDS } from '#domain/rotation/steps'
import type { Names, RotationState } from '#views/state'
import { status } from '#views/status'
import { threadLine } from '#views/thread'
import { messageProblems, viewProblems } from '../support/block-kit-checker.ts'
import { everyView } from '../support/every-view.ts'
import { HOSTILE_TEXTS, hostileStates } from '../support/hostile.ts'
import { aTokenAge, manyTokens, NOW, nineTokens, OPERATOR } from '../support/rotation-builder.ts'

/** Problems of every view of one rotation, with the view's name. */
function problemsOf(state: RotationState, text: string, names: Names): string[] {
  const { messages, views } = everyView(state, text, names)
  return [
    ...Object.entries(messages).flatMap(([name, message]) =>
      messageProblems(message).map((each) => `${name}: ${each}`),
    ),
    ...Object.entries(views).flatMap(([name, view]) => viewProblems(view).map((each) => `${name}: ${each}`)),
  ]
}

describe.each(Object.entries(HOSTILE_TEXTS))('with %s', (_, text) => {
  it.each(Object.entries(hostileStates(text)))(
    'every view of the %s rotation is one that Slack takes',
    (__, state) => {
      expect(problemsOf(state, text, () => text)).toEqual([])
    },
  )

  it('every line of the thread is one that Slack takes', () => {
    const problems = events(text).flatMap((event) => {
      const line = threadLine(event, () => text)
      return messageProblems({ text: line, blocks: [] })
    })
    expect(problems).toEqual([])
  })
})

describe('with many tokens', () => {
  it.each([1, 9, 100, 900])('the status of %d is one that Slack takes', (count) => {
    const tokens = (count === 9 ? nineTokens() : manyTokens(count)).map((token, i) =>
      aTokenAge(token, i % 45),
    )
    const ages = { tokens, problem: null, readAt: NOW }
    const options = { ages, rotations: [], names: (id: string) => id, now: NOW }
    expect(messageProblems(status(options))).toEqual([])
  })
})

/** One event of each kind, with the text wherever it fits. */
function events(text: string): NewEvent[] {
  const common = { rotationId: 42, actor: BOT_ACTOR, at: NOW }
  const version = { agent: text, environment: text, secret: text, versionId: text }
  return [
    {
      ...common,
      type: 'rotation-opened',
      data: {
        trigger: 'policy-hit',
        severity: 'P1',
        reason: text,
        environments: [text],
        agents: [text],
        tokens: [text],
      },
    },
    {
      ...common,
      type: 'run-again',
      data: { kind: 'deploy', attempt: 1, runAttempt: 2, startedBy: text, url: text, environment: text },
    },
    {
      ...common,
      type: 'run-waits',
      data: { kind: 'rotate', attempt: 1, url: text, reviewers: [text, text] },
    },
    {
      ...common,
      type: 'run-adopted',
      data: {
        kind: 'deploy',
        attempt: 2,
        runId: 8831,
        runAttempt: 1,
        url: text,
        reason: text,
        startedBy: text,
        event: text,
        startedAt: NOW,
        environment: text,
      },
    },
    {
      ...common,
      type: 'deviation-recorded',
      data: { environment: text, deploymentId: 1, runId: 8831, url: text, startedBy: text, startedAt: NOW },
    },
    {
      ...common,
      type: 'checks-run',
      data: {
        step: 'rotation-execution',
        results: [{ check: 'tags-correct', title: 'Tags are correct', state: 'failed', sentence: text }],
      },
    },
    { ...common, actor: OPERATOR, type: 'run-requested', data: { kind: 'rotate', attempt: 2 } },
    { ...common, type: 'run-started', data: { kind: 'rotate', attempt: 1, runId: 1, url: text } },
    {
      ...common,
      type: 'run-finished',
      data: { kind: 'smoke', attempt: 1, succeeded: false, conclusion: text, url: text },
    },
    {
      ...common,
      actor: OPERATOR,
      type: 'step-completed',
      data: { step: 'audit-logging', attestations: ['ticket'], evidence: [text], notes: text, checks: [] },
    },
    {
      ...common,
      type: 'exception-recorded',
      data: { check: 'tags-correct', title: 'Tags are correct', what: text, commands: text, proof: [text] },
    },
    { ...common, type: 'signed-off', data: { role: 'devops-lead', digest: text, comment: text } },
    {
      ...common,
      type: 'rejected',
      data: { role: 'devops-lead', digest: text, reason: text, reopened: [...STEP_IDS] },
    },
    { ...common, type: 'rotation-approved', data: { tokens: 9 } },
    {
      ...common,
      type: 'run-finished',
      data: {
        kind: 'deploy',
        attempt: 2,
        succeeded: true,
        conclusion: text,
        url: text,
        requestedBy: OPERATOR,
        environment: text,
      },
    },
    { ...common, type: 'environment-promoted', data: { environment: text } },
    { ...common, type: 'withdrawn', data: { role: 'devops-lead', reason: text, delegateOf: OPERATOR } },
    { ...common, type: 'approval-void', data: { reason: text, reopened: ['integration-verification'] } },
    { ...common, type: 'rotation-completed', data: { proven: 8, recorded: 1 } },
    { ...common, type: 'rotation-aborted', data: { reason: text } },
    { ...common, type: 'owner-changed', data: { from: text, to: text, reason: text } },
    { ...common, type: 'escalated', data: { reason: text } },
    { ...common, type: 'revocation-proven', data: { versions: [{ ...version, proof: text }] } },
    {
      ...common,
      type: 'revocation-proven',
      data: { versions: Array.from({ length: 90 }, () => ({ ...version, proof: text })) },
    },
    {
      ...common,
      type: 'revocation-overdue',
      data: { versions: Array.from({ length: 90 }, () => ({ ...version, since: NOW, why: text })) },
    },
    {
      ...common,
      type: 'revocation-recorded',
      data: { versions: [version, version], what: text, commands: text, proof: [text] },
    },
  ]
}
