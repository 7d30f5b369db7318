import { describe, expect, it } from 'vitest'
import { type Revocation, UNKNOWN_SUCCESSOR } from '#domain/revocations/revocation'
import { card } from '#views/card'
import { escalation } from '#views/escalation'
import { home } from '#views/home'
import { notice } from '#views/notice'
import { recordRevocationModal } from '#views/record-revocation-modal'
import { revocationSummary } from '#views/revocation-lines'
import { revocations } from '#views/revocations'
import { show } from '#views/show'
import { status } from '#views/status'
import { messageProblems, viewProblems } from '../support/block-kit-checker.ts'
import { actionIdsOf, buttonsOf, inputsOf, wordsOf } from '../support/read-view.ts'
import { aRevocation } from '../support/revocation-builder.ts'
import {
  anApprovedState,
  anEscalation,
  aState,
  minutesIn,
  NOW,
  names,
  OPERATOR,
} from '../support/rotation-builder.ts'

const WATCH = { watchMinutes: 15, watchHours: 4 }

const overdue = aRevocation({ id: 1, dueAt: minutesIn(60) })
const waiting = aRevocation({ id: 2, versionId: '2', environment: 'sandbox', promisedBy: minutesIn(1_000) })
const resolved: Revocation[] = [
  aRevocation({ id: 3, state: 'proven', resolvedBy: 'bot', resolvedAt: NOW, proof: 'shown as destroyed' }),
  aRevocation({ id: 4, state: 'recorded', resolvedBy: OPERATOR, resolvedAt: NOW, proof: 'did it by hand' }),
  aRevocation({ id: 5, state: 'in-use' }),
]

describe('what is still to be revoked, in one line', () => {
  it('says what is overdue first, and plainly', () => {
    expect(revocationSummary([overdue, waiting, ...resolved], NOW)).toMatch(
      /^⚠ \*1 old version overdue:\* .*2026-11-23 10:02 UTC.* · 1 old version still to be revoked, by .*2026-11-24 09:32 UTC/,
    )
    expect(revocationSummary([waiting, { ...waiting, id: 9 }], NOW)).toMatch(
      /^2 old versions still to be revoked, by /,
    )
    expect(revocationSummary(resolved, NOW)).toBeNull()
  })

  it('is on the card of a closed rotation, with the way to record it', () => {
    const shown = card({ ...anApprovedState({ status: 'aborted' }), revocations: [waiting] }, names, NOW)
    expect(wordsOf(shown)).toMatch(
      /Old tokens: alive until .* \(in 22 h\), then refused, sandbox still uses them/,
    )
    expect(wordsOf(shown)).toContain('Left behind by the abort: 1 old version; the bot still tracks it.')
    expect(actionIdsOf(shown)).toEqual(['record-revocation'])
    expect(buttonsOf(shown)).toMatchObject([{ value: 'R42' }])
    const done = card({ ...anApprovedState(), revocations: resolved }, names, NOW)
    expect(wordsOf(done)).not.toMatch(/to be revoked|overdue|Record revocation/)
    expect(actionIdsOf(done)).toEqual([])
  })

  it('is on the card of an open one with its deadline, overdue ones first', () => {
    expect(wordsOf(card(aState({ revocations: [waiting] }), names, NOW))).toContain('Old tokens: alive until')
    expect(wordsOf(card(aState({ revocations: [waiting, overdue] }), names, NOW))).toMatch(
      /Old tokens: ⚠ overdue since .* \(1 h ago\): 1 old version not revoked, staging still uses them/,
    )
  })

  it('is in the completion notice, in the status and in the App Home, and nowhere when all are resolved', () => {
    const shownWith = (rows: Revocation[]) => [
      notice({ ...anApprovedState(), revocations: rows }, names),
      status({
        ages: { tokens: [], problem: null, readAt: NOW },
        rotations: [],
        revocations: rows,
        names,
        now: NOW,
      }),
      home({
        userId: OPERATOR,
        roles: [],
        mayStart: true,
        mayRespond: true,
        rotations: [],
        ages: null,
        recent: [],
        year: [],
        pictures: {},
        revocations: rows,
        names,
        now: NOW,
      }),
    ]
    for (const shown of shownWith([waiting]))
      expect(wordsOf(shown)).toContain('1 old version still to be revoked')
    for (const shown of shownWith(resolved)) expect(wordsOf(shown)).not.toContain('revoke')
  })
})

describe('/rotation revocations', () => {
  const group = (rotationId: number, rows: Revocation[]) => ({ rotationId, permalink: null, rows })

  it('lists token, version and date, the overdue rotation first, with a button each', () => {
    const shown = revocations([group(44, [waiting]), group(42, [waiting, overdue, ...resolved])], WATCH, NOW)
    expect(messageProblems(shown)).toEqual([])
    const words = wordsOf(shown)
    expect(words).toMatch(
      /R42 · 2 old versions\n• evaluator\/staging `7f3a1c52` – ⚠ overdue since 2026-11-23 10:02 UTC \(1 h ago\); no revocation date/,
    )
    expect(words).toMatch(/• evaluator\/sandbox `2` – due .*; issuer’s revocation date 2026-11-24 01:42 UTC/)
    expect(words.indexOf('R42')).toBeLessThan(words.indexOf('R44'))
    expect(words).not.toContain('by hand')
    expect(buttonsOf(shown).map((each) => each.value)).toEqual(['R42', 'R44'])
  })

  it('says when nothing is left', () => {
    expect(wordsOf(revocations([group(42, resolved)], WATCH, NOW))).toContain('All old versions are revoked')
  })

  it('counts what has no room', () => {
    const rows = Array.from({ length: 40 }, (_, id) => ({ ...overdue, id, problem: 'x'.repeat(300) }))
    const shown = revocations(
      Array.from({ length: 60 }, (_, id) => group(id + 1, rows)),
      WATCH,
      NOW,
    )
    expect(messageProblems(shown)).toEqual([])
    expect(wordsOf(shown)).toMatch(/And \d+ more rotations/)
    expect(wordsOf(shown)).toMatch(/• and 3\d more/)
  })
})

describe('recording a revocation', () => {
  it('offers what is open, and chooses the only one', () => {
    const one = recordRevocationModal(aState({ revocations: [overdue, ...resolved] }), NOW)
    expect(viewProblems(one)).toEqual([])
    expect(inputsOf(one).versions?.element).toMatchObject({
      options: [{ value: '1', text: { text: '7f3a1c52 of evaluator/staging' } }],
      initial_options: [{ value: '1' }],
    })
    const two = recordRevocationModal(aState({ revocations: [overdue, waiting] }), NOW)
    expect(inputsOf(two).versions?.element).not.toHaveProperty('initial_options')
    expect(Object.keys(inputsOf(two))).toEqual(['versions', 'notes', 'commands', 'proof'])
  })

  it('is a message when nothing is left, and offers at most a hundred', () => {
    expect(wordsOf(recordRevocationModal(aState({ revocations: resolved }), NOW))).toContain(
      'This rotation has no old version left',
    )
    const many = Array.from({ length: 130 }, (_, id) => ({ ...overdue, id }))
    expect(viewProblems(recordRevocationModal(aState({ revocations: many }), NOW))).toEqual([])
  })
})

describe('an overdue revocation', () => {
  const call = anEscalation({
    cause: 'revocation-overdue',
    reason:
      '1 old version should be revoked by now, and nothing proves that: evaluator/staging is still alive',
    openedBy: 'bot',
  })
  const shown = (oncall: string[]) =>
    escalation(anApprovedState(), { escalation: call, oncall, remarks: [] }, names, NOW)

  it('notifies on-call, names the version, and says what to do', () => {
    const message = shown(['S0ONCALL'])
    expect(messageProblems(message)).toEqual([])
    expect(message.text).toContain('<!subteam^S0ONCALL> R42 needs DevOps on-call now')
    const words = wordsOf(message)
    expect(words).toContain('evaluator/staging is still alive')
    expect(words).toContain('Revoke it at its issuer')
    expect(actionIdsOf(message)).toEqual(['acknowledge', 'record-revocation'])
  })

  it('says when nobody is notified', () => {
    expect(wordsOf(shown([]))).toContain('Nobody was notified')
  })
})

it('the whole record distinguishes a machine’s proof from a person’s record', () => {
  const words = wordsOf(show(aState({ revocations: [waiting, ...resolved] }), names, NOW))
  expect(words).toMatch(
    /✓ evaluator\/staging `7f3a1c52` – revoked, verified by machine, .*: shown as destroyed/,
  )
  expect(words).toMatch(
    /☑ evaluator\/staging .* – revoked, confirmed by On-call operator, .*, not checked by a machine: did it by hand/,
  )
  expect(words).toContain('in use again')
  const unseen = aRevocation({ state: 'in-use', replacedBy: UNKNOWN_SUCCESSOR })
  expect(wordsOf(show(aState({ revocations: [unseen] }), names, NOW))).toContain('in use at the last check')
})
