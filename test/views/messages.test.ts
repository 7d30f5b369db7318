import { describe, expect, it } from 'vitest'
import { PAGED_AGAIN } from '#domain/on-call/escalation-end'
import type { NewEvent } from '#domain/rotation/events'
import { escalation } from '#views/escalation'
import { help } from '#views/help'
import { notice } from '#views/notice'
import { signOffRequest } from '#views/sign-off-request'
import { threadLine } from '#views/thread'
import { messageProblems } from '../support/block-kit-checker.ts'
import { wordsOf } from '../support/read-view.ts'
import {
  AI_OPS_OWNER,
  aCheck,
  aFinishedState,
  anApprovedState,
  anEscalation,
  anException,
  aState,
  aToken,
  DEVOPS_LEAD,
  NOW,
  names,
  nineTokens,
  OPERATOR,
} from '../support/rotation-builder.ts'

describe('the completion notice', () => {
  it('says what was rotated, who signed, how long it took and when it is due again', () => {
    const { text, blocks } = notice(anApprovedState(), names)
    expect(text).toBe('✓ R42 complete: 9 tokens rotated in production, staging, sandbox')
    const words = wordsOf({ text, blocks })
    expect(words).toContain(
      'Signed by DevOps lead and AI Ops owner · took 2 h 10 min · 7 checks passed · 0 exceptions',
    )
    expect(words).toContain('Log entry (https://github.example/')
    expect(words).toContain('next due 2026-12-23')
  })

  it('does not claim tokens that were not rotated, nor hide exceptions', () => {
    const state = anApprovedState({ tokens: nineTokens(8), exceptions: [anException()] })
    const words = wordsOf(notice(state, names))
    expect(words).toContain(
      '8 of 9 tokens rotated in production, staging, sandbox; 1 token without a new version',
    )
    expect(words).toContain('⚠ 1 exception')
  })

  it('names only some of very many environments', () => {
    const tokens = Array.from({ length: 200 }, (_, i) =>
      aToken({ agent: 'evaluator', environment: `region-${i}` }),
    )
    const message = notice(anApprovedState({ tokens }), names)
    expect(message.text).toContain('and 194 more')
    expect(messageProblems(message)).toEqual([])
  })

  it('is a drill’s in a drill', () => {
    expect(notice(anApprovedState({ trigger: 'chaos-drill', severity: 'P3' }), names).text).toMatch(
      /^✓ DRILL R42 complete/,
    )
  })
})

it('notifies the approvers whose signature is missing', () => {
  const { text } = signOffRequest(aFinishedState(), names, NOW)
  expect(text).toContain(`<@${DEVOPS_LEAD}> (DevOps lead) and <@${AI_OPS_OWNER}> (AI Ops owner)`)
  const nobody = signOffRequest(
    aFinishedState({ approvers: { 'devops-lead': [], 'ai-ops-owner': ['S0AI'] } }),
    names,
    NOW,
  )
  expect(nobody.text).toContain('the DevOps lead (⚠ nobody has this role in the configuration)')
  expect(nobody.text).toContain('<!subteam^S0AI>')
})

it('notifies the on-call group of what is wrong', () => {
  const state = aState({
    rotation: { done: 2, trigger: 'policy-hit', severity: 'P2' },
    checks: [
      aCheck('tags-correct', 'failed', { sentence: 'expiry is missing' }),
      aCheck('new-version-current'),
    ],
  })
  const message = escalation(
    state,
    {
      escalation: anEscalation({ openedBy: OPERATOR, reason: 'Workflow fails' }),
      oncall: ['S0ONCALL'],
      remarks: [],
    },
    names,
    NOW,
  )
  expect(message.text).toBe(
    '<!subteam^S0ONCALL> INCIDENT P2 R42 needs DevOps on-call now: P1, help was requested. Workflow fails',
  )
  const words = wordsOf(message)
  expect(words).toContain('✗ Tags are correct – failed: expiry is missing')
  expect(words).not.toContain('New version is current')
  expect(words).toMatch(/Escalated by On-call operator, .* · Open card/)
  expect(words).toContain('acknowledged yet')
  expect(words.split('\n')[1]).toBe('Why: Workflow fails')
  expect(words).not.toContain('running')
})

it('names severity and reason of an incident once, and calls a page that was sent again not resolved', () => {
  const state = aState({ rotation: { trigger: 'policy-hit', severity: 'P1' } })
  const called = (parts: Parameters<typeof anEscalation>[0]) =>
    escalation(state, { escalation: anEscalation(parts), oncall: [], remarks: [] }, names, NOW)
  expect(called({ cause: 'incident' }).text).toMatch(
    /^INCIDENT P1 R42 needs DevOps on-call now: production, staging, sandbox\. /,
  )
  const again = wordsOf(called({ resolvedAt: NOW, resolvedReason: PAGED_AGAIN }))
  expect(again).toContain('↻ Not acknowledged; paged again')
  expect(again).not.toContain('✓ Resolved')
})

describe('help', () => {
  const subcommands = [
    { usage: 'show R42', does: 'everything about one rotation' },
    { usage: 'history [n]', does: 'the last n rotations' },
  ]

  it('lists what there is, in its order, and what each does', () => {
    const words = wordsOf(help(subcommands))
    expect(words).toContain('`/rotation` – what waits for you\n')
    expect(words).toMatch(
      /\/rotation show R42` – everything about one rotation\n.*\/rotation history \[n\]` – the last n/,
    )
  })

  it('suggests the nearest subcommand for one that there is not', () => {
    expect(help(subcommands, { unknown: 'stauts', nearest: 'status' }).text).toBe(
      '`/rotation stauts` is not a command. Did you mean `/rotation status`?',
    )
    const guessed = wordsOf(help(subcommands, { unknown: 'stauts', nearest: 'status' }))
    expect(guessed).toContain('`/rotation help` lists all commands.')
    expect(guessed).not.toContain('everything about one rotation')
    expect(help(subcommands, { unknown: 'zzz', nearest: null }).text).toContain(
      'is not a command. Available commands:',
    )
  })
})

describe('a line in the thread', () => {
  const common = { rotationId: 42, actor: OPERATOR, at: NOW }
  const lines: [NewEvent, string][] = [
    [
      {
        ...common,
        type: 'rotation-opened',
        data: {
          trigger: 'credential-anomaly',
          severity: 'P1',
          reason: 'Seen twice',
          environments: [],
          agents: [],
          tokens: ['a', 'b'],
        },
      },
      '▶ On-call operator opened the rotation: credential anomaly P1, 2 tokens: Seen twice',
    ],
    [
      {
        ...common,
        actor: 'bot',
        type: 'checks-run',
        data: {
          step: 'rotation-execution',
          results: [
            { check: 'tags-correct', title: 'Tags are correct', state: 'unknown', sentence: 'access denied' },
            { check: 'new-version-current', title: 'New version is current', state: 'passed', sentence: '' },
          ],
        },
      },
      'Checked step 3, Rotation execution: 1 of 2 checks passed · ? Tags are correct not read: access denied',
    ],
    [
      { ...common, type: 'run-requested', data: { kind: 'rotate', attempt: 2 } },
      '… On-call operator started: Rotation workflow (attempt 2)',
    ],
    [
      {
        ...common,
        actor: 'bot',
        type: 'run-finished',
        data: { kind: 'smoke', attempt: 1, succeeded: false, conclusion: 'timed_out', url: null },
      },
      '✗ Smoke test failed (timed_out)',
    ],
    [
      {
        ...common,
        type: 'step-completed',
        data: {
          step: 'audit-logging',
          attestations: ['ticket'],
          evidence: ['https://x.example'],
          notes: 'done',
          checks: [],
        },
      },
      '✓ On-call operator completed step 5, Audit logging, 1 evidence link: done',
    ],
    [
      {
        ...common,
        type: 'exception-recorded',
        data: {
          check: 'old-version-revoked',
          title: 'Old version revoked',
          what: 'Revoked by hand',
          commands: 'x',
          proof: [],
        },
      },
      '⚠ On-call operator overrode "Old version revoked" with a manual step (no proof linked): Revoked by hand',
    ],
    [
      {
        ...common,
        actor: DEVOPS_LEAD,
        type: 'signed-off',
        data: { role: 'devops-lead', digest: 'abcdef0123', comment: '' },
      },
      '✓ DevOps lead signed as DevOps lead, digest `abcdef01`',
    ],
    [
      {
        ...common,
        actor: DEVOPS_LEAD,
        type: 'rejected',
        data: { role: 'devops-lead', digest: 'd', reason: 'No excerpt', reopened: ['audit-logging'] },
      },
      '↩ DevOps lead rejected as DevOps lead and reopened step 5, Audit logging: No excerpt',
    ],
    [
      { ...common, actor: 'bot', type: 'rotation-approved', data: { tokens: 9 } },
      '✓ Both roles have signed: approved for 9 tokens',
    ],
    [
      {
        ...common,
        actor: 'bot',
        type: 'first-version-seen',
        data: {
          agent: 'evaluator',
          environment: 'production',
          secret: 'flashfusion/production/evaluator',
          versionId: '6d2fdb20-9c1f',
        },
      },
      '✓ First new version for production: evaluator `6d2fdb20`',
    ],
    [
      { ...common, type: 'rotation-aborted', data: { reason: 'by mistake' } },
      '✗ On-call operator aborted the rotation: by mistake',
    ],
    [
      { ...common, type: 'owner-changed', data: { from: OPERATOR, to: AI_OPS_OWNER, reason: '' } },
      `→ On-call operator handed the rotation from On-call operator to <@${AI_OPS_OWNER}>`,
    ],
    [
      { ...common, actor: 'bot', type: 'escalated', data: { reason: 'Nobody answers' } },
      '⚠ the bot escalated to DevOps on-call (P1): Nobody answers',
    ],
  ]

  it.each(lines)('says who did what: $type', (event, line) => {
    expect(threadLine(event, names)).toBe(line)
  })
})
