import { describe, expect, it } from 'vitest'
import { revokeWithinHours } from '#domain/revocations/revocation-deadline'
import { linkEvidence } from '#domain/rotation/evidence'
import { type IncidentReport, raiseToIncident } from '#domain/rotation/raise-to-incident'
import { Refusal } from '#domain/rotation/refusal'
import { approvals } from '#domain/rotation/rotation'
import { aRotation, aRun, aSignOff, NOW, nineTokens, OPERATOR } from '#test/support/rotation-builder'

const REPORT: IncidentReport = {
  by: OPERATOR,
  at: NOW,
  trigger: 'credential-anomaly',
  severity: 'P1',
  reason: 'a token was used from elsewhere',
  evidence: [linkEvidence('https://siem.example/1', 'https://siem.example/1')],
  disableNow: false,
}
const codeOf = (act: () => unknown): string => {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
  return 'nothing'
}

describe('raising an open rotation to an incident', () => {
  it('takes over what the incident is, keeps why it was opened, and calls on-call', () => {
    const before = aRotation({ trigger: 'cadence', reason: 'thirty days' })
    const { rotation, events } = raiseToIncident(before, REPORT)
    expect(rotation).toMatchObject({
      trigger: 'credential-anomaly',
      severity: 'P1',
      evidence: REPORT.evidence,
    })
    expect(rotation.reason).toBe('a token was used from elsewhere\nOpened before for: thirty days')
    expect(events.map((event) => event.type)).toEqual(['raised-to-incident', 'escalated'])
    expect(events[0]?.data).toMatchObject({ from: { trigger: 'cadence', reason: 'thirty days' } })
    expect(revokeWithinHours(before)).toBe(24)
    expect(revokeWithinHours(rotation)).toBe(0)
  })

  it('does not page for P3', () => {
    const { events } = raiseToIncident(aRotation(), { ...REPORT, severity: 'P3' })
    expect(events.map((event) => event.type)).toEqual(['raised-to-incident'])
  })

  it('makes signatures void, because what was signed has changed', () => {
    const signed = aRotation({ done: 5, signOffs: [aSignOff()] })
    const { rotation } = raiseToIncident(signed, REPORT)
    expect(approvals(signed)).toHaveLength(1)
    expect(approvals(rotation)).toHaveLength(0)
  })

  it('changes nothing the second time', () => {
    const once = raiseToIncident(aRotation({ reason: 'thirty days' }), REPORT).rotation
    expect(raiseToIncident(once, REPORT).events).toEqual([])
  })

  it.each([
    ['the same again in other words', { reason: 'seen by somebody else' }, 'already-incident'],
    ['a lower severity', { severity: 'P2' as const }, 'already-incident'],
    ['another trigger', { trigger: 'policy-hit' as const }, 'nothing'],
  ])('of an incident that is open already: %s', (_, parts, code) => {
    const once = raiseToIncident(aRotation(), REPORT).rotation
    expect(codeOf(() => raiseToIncident(once, { ...REPORT, ...parts }))).toBe(code)
  })

  it('takes a higher severity', () => {
    const once = raiseToIncident(aRotation(), { ...REPORT, severity: 'P2' }).rotation
    expect(codeOf(() => raiseToIncident(once, { ...REPORT, reason: 'now it is used' }))).toBe('nothing')
  })

  it.each([
    ['its workflow was started', { runs: [aRun({ state: 'requested' })] }],
    ['a token has a new version', { tokens: nineTokens(1) }],
  ])('is too late when %s: the new version may be the one that leaked', (_, parts) => {
    expect(codeOf(() => raiseToIncident(aRotation({ done: 2, ...parts }), REPORT))).toBe('raise-too-late')
  })

  it('is not possible once it is closed', () => {
    expect(codeOf(() => raiseToIncident(aRotation({ status: 'complete' }), REPORT))).toBe('rotation-closed')
  })

  it.each([
    [
      'a lower severity of another kind',
      { trigger: 'policy-hit', severity: 'P2' },
      'credential-anomaly',
      'P1',
    ],
    [
      'a higher severity of another kind',
      { trigger: 'policy-hit', severity: 'P1' },
      'credential-anomaly',
      'P1',
    ],
  ] as const)('of an anomaly that is open already keeps it an anomaly: %s', (_, parts, trigger, severity) => {
    const once = raiseToIncident(aRotation(), REPORT).rotation
    const { rotation } = raiseToIncident(once, { ...REPORT, ...parts, reason: 'a policy was hit' })
    expect(rotation).toMatchObject({ trigger, severity })
    expect(rotation.reason).toContain('a policy was hit')
  })

  it('remembers who decided to disable the old versions at once, which is more than a report before', () => {
    const once = raiseToIncident(aRotation(), REPORT).rotation
    expect(once.disableNowBy).toBeNull()
    const { rotation, events } = raiseToIncident(once, { ...REPORT, reason: 'it is used', disableNow: true })
    expect(rotation.disableNowBy).toBe(OPERATOR)
    expect(events[0]?.data).toMatchObject({ disableNow: true })
    const policy = { ...REPORT, trigger: 'policy-hit' as const, disableNow: true }
    expect(raiseToIncident(aRotation(), policy).rotation.disableNowBy).toBeNull()
  })
})
