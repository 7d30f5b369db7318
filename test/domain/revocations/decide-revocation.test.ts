import { describe, expect, it } from 'vitest'
import { extendRevocation } from '#domain/revocations/extend-revocation'
import { forceRevocation } from '#domain/revocations/force-revocation'
import { deadlineOf, isOverdue, type Revocation } from '#domain/revocations/revocation'
import { Refusal } from '#domain/rotation/refusal'
import { aRevocation } from '#test/support/revocation-builder'
import { aRotation, minutesIn, OPERATOR } from '#test/support/rotation-builder'

const HOUR = 60
const CHECK = { id: 'revoked', step: 'rotation-execution', title: 'Revoked' } as const

/** Replaced 30 minutes after the rotation began, due 24 h later. */
const byBot = (parts: Partial<Revocation> = {}): Revocation => aRevocation({ revoker: 'bot', ...parts })

const codeOf = (run: () => unknown): string => {
  try {
    run()
    return 'done'
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

describe('revoking now', () => {
  const decide = (known: Revocation[], ids = [1], reason = 'It leaked.') =>
    forceRevocation(aRotation(), known, { ids, reason, by: OPERATOR, at: minutesIn(100) })

  it('records who decided it and why', () => {
    const { decision, updated } = decide([byBot()])
    expect(updated).toMatchObject([{ forcedBy: OPERATOR, forcedAt: minutesIn(100) }])
    expect(decision.events).toMatchObject([
      {
        type: 'revocation-forced',
        actor: OPERATOR,
        data: { reason: 'It leaked.', versions: [{ agent: 'evaluator' }] },
      },
    ])
  })

  it('changes nothing when it is repeated', () => {
    const { decision, updated } = decide([byBot({ forcedBy: OPERATOR, forcedAt: minutesIn(90) })])
    expect([decision.events, updated]).toEqual([[], []])
  })

  it.each<[string, Revocation[], number[], string, string]>([
    ['one that is in use again', [byBot({ state: 'in-use' })], [1], 'x', 'nothing-to-revoke'],
    ['one that is revoked', [byBot({ state: 'proven' })], [1], 'x', 'nothing-to-revoke'],
    ['one that the workflow revokes', [aRevocation()], [1], 'x', 'nothing-to-revoke'],
    ['part of a selection', [byBot(), byBot({ id: 2, state: 'proven' })], [1, 2], 'x', 'nothing-to-revoke'],
    ['one of another rotation', [byBot()], [7], 'x', 'nothing-to-revoke'],
    ['without a reason', [byBot()], [1], '  ', 'reason-missing'],
  ])('is refused for %s', (_, known, ids, reason, code) => {
    expect(codeOf(() => decide(known, ids, reason))).toBe(code)
  })
})

describe('postponing a revocation', () => {
  const decide = (known: Revocation[], hours: number, at = 20 * HOUR, reason = 'Release freeze.') =>
    extendRevocation(aRotation(), known, { hours, reason, by: OPERATOR, at: minutesIn(at) }, CHECK)

  it('moves the deadline, calls on-call again at it, and is an exception', () => {
    const { decision, updated } = decide([byBot({ escalatedAt: minutesIn(1) })], 10)
    const [row] = updated
    if (!row) throw new TypeError('no row')
    expect(row.escalatedAt).toBeNull()
    expect(deadlineOf(row)).toBe(minutesIn(30 * HOUR))
    expect([isOverdue(row, minutesIn(29 * HOUR)), isOverdue(row, minutesIn(31 * HOUR))]).toEqual([
      false,
      true,
    ])
    expect(decision.rotation.exceptions).toMatchObject([{ check: 'revoked', by: OPERATOR, proof: [] }])
    expect(decision.rotation.exceptions[0]?.what).toContain('Release freeze.')
  })

  it('is possible after the deadline, to seven days after the replacement', () => {
    // Replaced at minute 30, so 167 h after half an hour are exactly seven days.
    expect(codeOf(() => decide([byBot()], 138, 30 + 30 * HOUR))).toBe('done')
    expect(codeOf(() => decide([byBot()], 139, 30 + 30 * HOUR))).toBe('extension-too-long')
  })

  it.each<[string, Revocation[], number, string, string]>([
    ['beyond seven days', [byBot()], 167, 'x', 'extension-too-long'],
    ['less than the present deadline', [byBot()], 4, 'x', 'extension-too-short'],
    ['one that leaked', [byBot({ leakedIn: 42 })], 10, 'x', 'nothing-to-extend'],
    ['one that the workflow revokes', [aRevocation()], 10, 'x', 'nothing-to-extend'],
    ['one that is revoked', [byBot({ state: 'proven' })], 10, 'x', 'nothing-to-extend'],
    ['half an hour', [byBot()], 5.5, 'x', 'not-hours'],
    ['no number', [byBot()], Number.NaN, 'x', 'not-hours'],
    ['less than nothing', [byBot()], -3, 'x', 'not-hours'],
    ['without a reason', [byBot()], 10, ' ', 'reason-missing'],
  ])('is refused for %s', (_, known, hours, reason, code) => {
    expect(codeOf(() => decide(known, hours, 20 * HOUR, reason))).toBe(code)
  })
})
