import { describe, expect, it } from 'vitest'
import { findDeadlock } from '#domain/approvers/deadlock'

const analyse = (operators: string, leads: string, owners: string, onCall = '') =>
  findDeadlock({
    operators: new Set(operators),
    onCall: new Set(onCall),
    roles: { 'devops-lead': new Set(leads), 'ai-ops-owner': new Set(owners) },
  })

describe('who can own a rotation that can also be signed', () => {
  it.each([
    // operators, leads, owners, signable, blocked
    ['o', 'l', 'a', 'o', ''],
    // One person may hold both roles, as long as two people sign.
    ['o', 'l', 'l', '', 'o'],
    ['o', 'lx', 'l', 'o', ''],
    ['o', 'lx', 'lx', 'o', ''],
    // The owner cannot sign, so another person must hold the role, too.
    ['l', 'l', 'a', '', 'l'],
    ['a', 'l', 'a', '', 'a'],
    ['ol', 'l', 'a', 'o', 'l'],
    ['la', 'la', 'la', '', 'la'],
    ['lax', 'lax', 'lax', 'lax', ''],
    ['lax', 'la', 'la', 'x', 'la'],
    ['', 'l', 'a', '', ''],
    ['o', '', 'a', '', 'o'],
    ['o', 'l', '', '', 'o'],
  ])('operators %s, leads %s, owners %s: signable %s%s', (operators, leads, owners, signable, blocked) => {
    expect(analyse(operators, leads, owners)).toEqual({ signable: [...signable], blocked: [...blocked] })
  })

  it('includes people on call, who open and own incidents', () => {
    expect(analyse('o', 'l', 'a', 'c')).toEqual({ signable: ['o', 'c'], blocked: [] })
    expect(analyse('o', 'l', 'a', 'ol')).toEqual({ signable: ['o'], blocked: ['l'] })
  })

  it('agrees with trying everybody', () => {
    const groups = Array.from({ length: 8 }, (_, bits) => [...'abc'].filter((_, at) => bits & (1 << at)))
    for (const operators of groups)
      for (const leads of groups)
        for (const owners of groups) {
          const signable = operators.filter((owner) =>
            leads.some((lead) => owners.some((other) => new Set([owner, lead, other]).size === 3)),
          )
          expect(analyse(operators.join(''), leads.join(''), owners.join('')).signable).toEqual(signable)
        }
  })
})
