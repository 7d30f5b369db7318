import { describe, expect, it } from 'vitest'
import { breakGlassRequest } from '#views/break-glass'
import { card } from '#views/card'
import { messageProblems } from '../support/block-kit-checker.ts'
import { promoting, withEnvironments } from '../support/promotion-builder.ts'
import { actionIdsOf, wordsOf } from '../support/read-view.ts'
import { aBreakGlass, NOW, names, nineTokens, type RotationParts } from '../support/rotation-builder.ts'

const ASKED = aBreakGlass({ acknowledgedBy: null, acknowledgedAt: null, role: null })
const anomaly = (parts: RotationParts = {}) =>
  withEnvironments({
    trigger: 'credential-anomaly',
    severity: 'P1',
    tokens: nineTokens(9),
    breakGlass: ASKED,
    ...parts,
  })

describe('the message that asks for break-glass', () => {
  it('mentions the approvers, with a button', () => {
    const message = breakGlassRequest(anomaly(), ASKED, names)
    expect(messageProblems(message)).toEqual([])
    expect(wordsOf(message)).toContain('INCIDENT P1 R42: On-call operator asks to deploy to production')
    expect(wordsOf(message)).toContain('One approver must acknowledge it: @U0DEVOPSLEAD @')
    expect(actionIdsOf(message)).toEqual(['acknowledge-break-glass'])
  })

  it.each([
    ['acknowledged', anomaly({ breakGlass: aBreakGlass() }), 'Acknowledged by DevOps lead (DevOps lead)'],
    ['aborted', anomaly({ status: 'aborted' }), 'Not acknowledged: the rotation was aborted.'],
    [
      'signed',
      promoting({ trigger: 'credential-anomaly', severity: 'P1', breakGlass: ASKED }),
      'Not acknowledged: both roles have signed.',
    ],
    ['in another round', anomaly({ round: 2 }), 'Not acknowledged: the rotation has changed since.'],
    [
      'asked for again in another round',
      anomaly({ round: 2, breakGlass: { ...ASKED, round: 2 } }),
      'Not acknowledged: the rotation has changed since.',
    ],
  ])('says how it ended, without a button and mentions: %s', (_, state, words) => {
    const message = breakGlassRequest(state, ASKED, names)
    expect(messageProblems(message)).toEqual([])
    expect(wordsOf(message)).toContain(words)
    expect(JSON.stringify(message)).not.toContain('<@')
    expect(actionIdsOf(message)).toEqual([])
  })
})

it('is not waited for on the card of a rotation that ended', () => {
  const words = wordsOf(card(anomaly({ status: 'aborted' }), names, NOW))
  expect(words).toContain('was not acknowledged')
  expect(words).not.toContain('waits for an approver')
})
