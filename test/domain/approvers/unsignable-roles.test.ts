import { describe, expect, it } from 'vitest'
import type { Delegation } from '#domain/approvers/delegation'
import { type RoleKnowledge, unsignableRoles } from '#domain/approvers/unsignable-roles'
import { AI_OPS_OWNER, DEVOPS_LEAD, NOW, OPERATOR } from '#test/support/rotation-builder'

const HOLDERS = { 'devops-lead': [DEVOPS_LEAD], 'ai-ops-owner': [AI_OPS_OWNER] }

const delegatedTo = (to: string): Delegation => ({
  role: 'devops-lead',
  from: DEVOPS_LEAD,
  to,
  lastDay: '2026-12-03',
  until: '2026-12-04T00:00:00.000Z',
  at: NOW,
})

const roles = (owner: string, parts: Partial<RoleKnowledge> = {}) =>
  unsignableRoles(owner, { holders: HOLDERS, vacant: [], delegations: [], ...parts })

describe('a role that nobody can sign for', () => {
  it('is one that only the owner holds', () => {
    expect(roles(OPERATOR)).toEqual([])
    expect(roles(DEVOPS_LEAD)).toEqual(['devops-lead'])
    const two = { holders: { ...HOLDERS, 'devops-lead': [DEVOPS_LEAD, 'U0OTHER'] } }
    expect(roles(DEVOPS_LEAD, two)).toEqual([])
    const group = { holders: { ...HOLDERS, 'devops-lead': ['S0LEADS'] } }
    expect(roles(DEVOPS_LEAD, group)).toEqual([])
  })

  it('is one whose holders are deactivated', () => {
    expect(roles(OPERATOR, { vacant: ['ai-ops-owner'] })).toEqual(['ai-ops-owner'])
  })

  it('is none where another person is the delegate', () => {
    expect(roles(DEVOPS_LEAD, { delegations: [delegatedTo('U0OTHER')] })).toEqual([])
    expect(roles(DEVOPS_LEAD, { delegations: [delegatedTo(DEVOPS_LEAD)] })).toEqual(['devops-lead'])
    expect(roles(OPERATOR, { vacant: ['devops-lead'], delegations: [delegatedTo('U0OTHER')] })).toEqual([])
  })
})
