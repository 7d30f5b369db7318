import { describe, expect, it } from 'vitest'
import { extendable } from '#domain/revocations/extend-revocation'
import { deadlineOf, holderOf, type Revocation } from '#domain/revocations/revocation'
import { takeOver, tightenRevocations } from '#domain/revocations/tighten-revocations'
import type { Rotation } from '#domain/rotation/rotation'
import { aRevocation } from '#test/support/revocation-builder'
import { aRotation, minutesIn, nineTokens } from '#test/support/rotation-builder'

const AT = minutesIn(120)
const FOUR_HOURS_ON = minutesIn(120 + 4 * 60)

const anomaly = (parts: Partial<Rotation> = {}): Rotation =>
  aRotation({ id: 43, trigger: 'credential-anomaly', severity: 'P1', revoker: 'bot', ...parts })
const byBot = (parts: Partial<Revocation> = {}): Revocation => aRevocation({ revoker: 'bot', ...parts })

describe('the old versions of an incident’s tokens', () => {
  it('leaked at a credential anomaly: due earlier, and no longer extended', () => {
    const row = byBot({ extendedUntil: minutesIn(3 * 24 * 60) })
    const [leaked] = tightenRevocations([row], anomaly(), AT)
    expect(leaked).toMatchObject({ leakedIn: 43, dueAt: FOUR_HOURS_ON, extendedUntil: null, forcedAt: null })
    expect(leaked && deadlineOf(leaked)).toBe(FOUR_HOURS_ON)
    expect(leaked && extendable([leaked])).toEqual([])
  })

  it('keep a deadline that is earlier already, and the anomaly that named them first', () => {
    const row = byBot({ dueAt: minutesIn(130), leakedIn: 41 })
    expect(tightenRevocations([row], anomaly(), AT)).toEqual([row])
  })

  it('are disabled at once where a person decided that, in their name', () => {
    const forced = { forcedBy: 'U0ONCALL', forcedAt: AT }
    const incident = anomaly({ disableNowBy: 'U0ONCALL' })
    expect(tightenRevocations([byBot()], incident, AT)).toMatchObject([forced])
    const earlier = { forcedBy: 'U0OPERATOR', forcedAt: minutesIn(100) }
    expect(tightenRevocations([byBot(earlier)], incident, AT)).toMatchObject([earlier])
    expect(tightenRevocations([aRevocation()], incident, AT)).toMatchObject([{ forcedAt: null }])
  })

  it.each<[string, Revocation, Rotation]>([
    ['at a policy hit', byBot(), anomaly({ trigger: 'policy-hit' })],
    ['that are revoked', byBot({ state: 'proven' }), anomaly()],
    [
      'of other tokens',
      byBot(),
      anomaly({ tokens: nineTokens().filter((each) => each.agent !== 'evaluator') }),
    ],
  ])('stay as they are %s', (_, row, incident) => {
    expect(tightenRevocations([row], incident, AT)).toEqual([])
  })
})

describe('the old versions of a superseded rotation', () => {
  it.each(['policy-hit', 'credential-anomaly'] as const)('belong to the incident: %s', (trigger) => {
    const rows = [byBot(), byBot({ id: 2, state: 'proven' })]
    const taken = takeOver(rows, anomaly({ trigger }), AT)
    expect(taken.map((row) => row.id)).toEqual([1])
    expect(taken.map(holderOf)).toEqual([43])
    expect(taken[0]?.leakedIn).toBe(trigger === 'credential-anomaly' ? 43 : null)
  })

  it('of other tokens belong to it too, with the deadline that they had', () => {
    const row = byBot()
    const others = nineTokens().filter((each) => each.agent !== 'evaluator')
    expect(takeOver([row], anomaly({ tokens: others }), AT)).toEqual([{ ...row, takenOverBy: 43 }])
  })
})
