import { describe, expect, it } from 'vitest'
import { Refusal, type RefusalCode, type Refusals } from '#domain/rotation/refusal'
import { INPUTS } from '#views/ids'
import { wordRefusal } from '#views/refusal'
import { refusalField } from '#views/refusal-field'
import { HOSTILE_TEXTS } from '../support/hostile.ts'
import { aCheck, DEVOPS_LEAD, NOW, names } from '../support/rotation-builder.ts'

const FREEZE = { from: '2026-12-20', to: '2027-01-03', reason: 'Holidays' }

/** One example of every refusal, with a text wherever somebody else's words come in. */
const examples = (text: string): Refusals => ({
  'unknown-rotation': { label: text },
  'not-allowed': { what: 'operate' },
  'not-a-member': {},
  'permission-unreadable': {},
  'rotation-closed': { rotation: 42, status: 'aborted', at: NOW },
  'empty-scope': {},
  'token-in-open-rotation': { tokens: Array.from({ length: 40 }, () => ({ label: text, rotation: 41 })) },
  'unreadable-registry': { reason: text },
  'records-not-compared': { reason: text },
  'step-not-open': { step: 'rotation-execution', waitsFor: ['inventory-review'] },
  'step-completed': { step: 'audit-logging', by: 'U0OTHER', at: '2026-11-27T10:00:00.000Z' },
  'step-done-by-other': { step: 'audit-logging', by: DEVOPS_LEAD, at: NOW },
  'attestation-missing': { missing: [text, text] },
  'attestation-unknown': { step: 'automation-health', ids: [text, text] },
  'attestations-changed': { step: 'automation-health' },
  'checks-not-run': { titles: ['Tags are correct'] },
  'checks-stale': { minutes: 61 },
  'checks-not-passed': { results: [aCheck('tags-correct', 'failed', { sentence: text })] },
  'break-glass-refused': { rotation: 42, why: 'no-anomaly' },
  'not-promoting': { environment: text },
  'unknown-environment': { environment: text },
  'window-closed': { environment: text, freeze: null, next: null },
  'window-reason-missing': { environment: text, freeze: { ...FREEZE, reason: text }, next: NOW },
  'run-not-found': { rotation: 42 },
  'run-failed': { runId: 8831 },
  'run-not-failed': { runId: 8831 },
  'environment-missing': { runId: 8831 },
  'unsigned-version-current': { environment: text, rotation: 41 },
  'promotes-at-once': { environments: [text], titles: [text] },
  'environment-waits': { environment: text, before: text },
  'not-in-scope': { environment: text },
  'typed-credential': { kind: 'a GitHub token' },
  'unlisted-environments': { tokens: Array.from({ length: 40 }, () => text) },
  'run-in-progress': { kind: 'deploy', environment: text, url: text, isSame: true },
  'steps-open': { steps: ['audit-logging'] },
  'owner-cannot-sign': {},
  'worker-cannot-sign': { steps: ['rotation-execution'], did: ['revocation-recorded'] },
  'holder-cannot-sign': { holder: 'U0OPERATOR', why: 'owner' },
  'same-person-twice': { role: 'devops-lead' },
  'already-signed': { role: 'devops-lead', by: DEVOPS_LEAD, at: NOW },
  'content-changed': {},
  'not-shown': { role: 'devops-lead' },
  'no-longer-true': { results: [aCheck('new-version-current', 'failed')] },
  'reason-missing': {},
  'steps-missing': {},
  'check-needs-no-exception': { title: 'Tags are correct' },
  'already-owner': {},
  'signed-meanwhile': {},
  'nothing-to-revoke': { rotation: 42 },
  'still-alive': { versions: [text] },
  'nothing-to-roll-back': { rotation: 42 },
  'rollback-by-workflow': { rotation: 42 },
  'cannot-roll-back': { versions: [{ label: text, why: 'destroyed' }], possible: 8 },
  'nothing-to-extend': { rotation: 42 },
  'not-hours': {},
  'extension-too-short': { deadline: NOW },
  'extension-too-long': { latest: NOW, days: 7 },
  'not-a-day': { text },
  'no-login': {},
  'waiver-time': { days: 7 },
  'log-not-signed': {},
  'own-release': { rotation: 42 },
  'day-past': { text, timeZone: 'Europe/Berlin', earliest: '2026-11-24' },
  'day-too-far': { text, days: 7, latest: '2026-12-01' },
  'nothing-due': { rotations: [42] },
  'nothing-to-snooze': {},
  'delegate-not-eligible': { why: 'owner', rotation: 42 },
  'role-unclear': {},
  'no-delegation': {},
  'changed-meanwhile': {},
  'database-busy': {},
  'too-many': { seconds: 2 },
  'older-version': {},
  'unknown-escalation': {},
  'escalation-already-resolved': { at: NOW },
  'already-acknowledged': { by: DEVOPS_LEAD, at: NOW },
  'opened-meanwhile': { rotations: [41, 42] },
  'already-incident': { rotation: 41, trigger: 'policy-hit', severity: 'P2', at: NOW },
  'raise-too-late': { rotation: 41 },
})

const CODES = Object.keys(examples('')) as RefusalCode[]

const word = <Code extends RefusalCode>(code: Code, details: Refusals[Code]) =>
  wordRefusal(new Refusal(code, details), names)

const wordExample = (code: RefusalCode, text = 'some words') => word(code, examples(text)[code])

describe('a refusal', () => {
  it.each(CODES)('%s is said in whole sentences that differ from its code', (code) => {
    const sentence = wordExample(code)
    expect(sentence).toMatch(/^["A-Z\d].*[."]$/)
    expect(sentence.length).toBeGreaterThan(30)
    expect(sentence).not.toContain(code)
    expect(sentence).not.toMatch(/undefined|\[object|\n/)
  })

  it('has a sentence of its own for each code', () => {
    expect(new Set(CODES.map((code) => wordExample(code))).size).toBe(CODES.length)
  })

  it.each(Object.entries(HOSTILE_TEXTS))('is inert and short with %s', (_, text) => {
    for (const code of CODES) {
      const sentence = wordExample(code, text)
      expect(sentence).not.toMatch(/[<>]/)
      expect(sentence.length).toBeLessThanOrEqual(1200)
    }
  })

  it('names what is missing, who was faster and what it waits for', () => {
    expect(wordExample('attestation-missing', 'Confirm the tags.')).toContain('"Confirm the tags."')
    expect(wordExample('step-done-by-other')).toContain('DevOps lead already completed step 5, Audit logging')
    expect(wordExample('step-not-open')).toContain('it waits for step 1, Inventory review')
    expect(wordExample('checks-not-passed', 'expiry is missing')).toBe('1 check did not pass; see above.')
    expect(wordExample('checks-not-run')).toContain('1 check without a result yet; see above.')
    expect(wordExample('check-needs-no-exception')).toMatch(/^"Tags are correct" needs no manual step/)
    expect(word('check-needs-no-exception', { title: null })).toMatch(/^This check needs no manual step/)
    expect(word('not-promoting', { environment: 'production' })).toMatch(
      /^Nothing is deployed to .?production.? now: both roles have not signed yet, or it is verified already\. /,
    )
    expect(word('not-promoting', { environment: '' })).toContain('there is no approval to withdraw')
    expect(wordExample('unknown-environment', 'moon')).toMatch(/has no environment “.?moon.?”/)
    expect(wordExample('run-in-progress', 'production')).toMatch(
      /^Deployment to .?production.? is already running/,
    )
    const running = { kind: 'rotate', environment: null, url: null } as const
    expect(word('run-in-progress', { ...running, isSame: true })).toBe(
      'Rotation workflow is already running, so it was not started again. Wait until it ends.',
    )
    expect(word('run-in-progress', { ...running, isSame: false })).toBe(
      'Rotation workflow is still running, so nothing was done. Wait until it ends, then try again.',
    )
    expect(word('rotation-closed', { rotation: 42, status: 'promoting', at: NOW })).toBe(
      'R42 is signed by both roles, so its steps and signatures can no longer be changed.',
    )
    expect(word('rotation-closed', { rotation: 42, status: 'complete', at: NOW })).toContain(
      'R42 was completed on 2026-11-23 11:02 UTC',
    )
    expect(word('not-allowed', { what: 'ai-ops-owner' })).toContain('may not sign as AI Ops owner')
    const refused = word('not-allowed', { what: 'operate', ask: [DEVOPS_LEAD, 'U0STRANGER'], label: 'R42' })
    expect(refused).toContain(' Ask DevOps lead. You may read it: /rotation show R42.')
  })
})

describe('the field of a refusal', () => {
  const step = [INPUTS.attest, INPUTS.evidence, INPUTS.notes]

  it.each([
    ['checks-not-passed', step, 'attest'],
    ['attestation-missing', step, 'attest'],
    ['reason-missing', [INPUTS.reason, INPUTS.steps], 'reason'],
    ['reason-missing', [INPUTS.check, INPUTS.notes], 'notes'],
    ['steps-missing', [INPUTS.reason, INPUTS.steps], 'steps'],
    ['empty-scope', [INPUTS.trigger, INPUTS.scope], 'scope'],
    ['content-changed', [INPUTS.comment], 'comment'],
    ['changed-meanwhile', step, 'attest'],
  ] as const)('%s in %j is %s', (code, inputs, field) => {
    expect(refusalField(code, inputs)).toBe(field)
  })
})
