import { describe, expect, it } from 'vitest'
import { recordRevocations } from '#domain/revocations/record-revocations'
import { linkEvidence } from '#domain/rotation/evidence'
import { aRevocation } from '#test/support/revocation-builder'
import { aRotation, DEVOPS_LEAD, NOW, OPERATOR } from '#test/support/rotation-builder'

const known = [
  aRevocation(),
  aRevocation({ id: 2, versionId: 'v2' }),
  aRevocation({ id: 3, versionId: 'v3', state: 'proven' }),
]
const record = {
  ids: [1],
  what: 'revoked it at the issuer',
  commands: 'issuer revoke',
  proof: [linkEvidence('x', 'https://issuer.example/1')],
  by: OPERATOR,
  at: NOW,
}
const closed = aRotation({ status: 'aborted', closedAt: NOW })

describe('recording a revocation', () => {
  it('resolves the chosen version by the person’s record, also in a closed rotation', () => {
    const { decision, resolved } = recordRevocations(closed, known, record)
    expect(resolved).toMatchObject([
      { id: 1, state: 'recorded', resolvedBy: OPERATOR, resolvedAt: NOW, proof: record.what },
    ])
    expect(decision.events).toMatchObject([
      {
        type: 'revocation-recorded',
        actor: OPERATOR,
        data: { versions: [{ versionId: known[0]?.versionId }], proof: ['https://issuer.example/1'] },
      },
    ])
  })

  it('is refused as a whole while a machine sees one of the versions alive', () => {
    const alive = [...known, aRevocation({ id: 4, versionId: 'v4', seenAliveAt: NOW })]
    expect(() => recordRevocations(closed, alive, { ...record, ids: [1, 4] })).toThrow('still-alive')
  })

  it('changes nothing when it is submitted twice', () => {
    const { resolved } = recordRevocations(closed, known, record)
    const again = recordRevocations(closed, resolved, record)
    expect(again).toMatchObject({ resolved: [], decision: { events: [] } })
    expect(() => recordRevocations(closed, resolved, { ...record, by: DEVOPS_LEAD })).toThrow(
      'nothing-to-revoke',
    )
  })

  it.each([[[3]], [[1, 3]], [[99]], [[1, 99]], [[]]])(
    'refuses %j, because part of it is resolved or missing',
    (ids) => {
      expect(() => recordRevocations(closed, known, { ...record, ids })).toThrow('nothing-to-revoke')
    },
  )

  it('wants to know what was done', () => {
    expect(() => recordRevocations(closed, known, { ...record, what: ' ' })).toThrow('reason-missing')
  })
})
