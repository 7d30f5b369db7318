import { describe, expect, it } from 'vitest'
import type { Rotation } from '#domain/rotation/rotation'
import { requestRun } from '#domain/rotation/runs'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import { promoting } from '#test/support/promotion-builder'
import { aRotation, aRun, minutesIn, OPERATOR, PRODUCTION, STAGING } from '#test/support/rotation-builder'

const NEXT = '2026-11-30T08:00:00.000Z'
const CLOSED = { freeze: null, next: NEXT }
const FROZEN = { freeze: { from: '2026-11-20', to: '2026-11-29', reason: 'Holidays' }, next: NEXT }
const INCIDENT = { trigger: 'policy-hit', severity: 'P1' } as const

describe('a deployment while the window is closed', () => {
  const deploy = (rotation: Rotation, barred: typeof CLOSED | typeof FROZEN | null, reason = '') =>
    requestRun(
      rotation,
      { kind: 'deploy', system: 'ci', environment: PRODUCTION, barred, reason },
      OPERATOR,
      minutesIn(150),
    )
  const routine = promoting({ revoker: 'bot' }).rotation
  const incident = promoting(INCIDENT).rotation

  it.each([CLOSED, FROZEN])('of a routine rotation is refused, also with a reason: %j', (barred) => {
    const refusal = { code: 'window-closed', details: { environment: 'production', ...barred } }
    expect(() => deploy(routine, barred)).toThrow(expect.objectContaining(refusal))
    expect(() => deploy(routine, barred, 'it is urgent')).toThrow(expect.objectContaining(refusal))
  })

  it.each<[string, string, string]>([
    [
      'before the window opens: it may be, with a reason',
      '2026-11-27T20:00:00.000Z',
      'window-reason-missing',
    ],
    ['after the window has opened: it waits', '2026-11-29T09:00:00.000Z', 'window-closed'],
  ])('whose old tokens the issuer revokes %s', (_, newVersionAt, code) => {
    const tokens = routine.tokens.map((token) => ({ ...token, newVersionAt }))
    const byWorkflow = { ...routine, tokens, revoker: 'workflow' } as const
    const byBot = { ...byWorkflow, revoker: 'bot' } as const
    expect(() => deploy(byWorkflow, CLOSED)).toThrow(expect.objectContaining({ code }))
    expect(() => deploy(byBot, CLOSED)).toThrow(expect.objectContaining({ code: 'window-closed' }))
  })

  it('of an incident needs a reason, which the run and the history record', () => {
    for (const reason of ['', '  \n'])
      expect(() => deploy(incident, FROZEN, reason)).toThrow(
        expect.objectContaining({
          code: 'window-reason-missing',
          details: { environment: 'production', ...FROZEN },
        }),
      )
    const { rotation, events } = deploy(incident, FROZEN, ' the token is being used \n')
    expect(rotation.runs.at(-1)).toMatchObject({ windowReason: 'the token is being used' })
    expect(events).toMatchObject([
      {
        type: 'run-requested',
        data: { environment: 'production', windowReason: 'the token is being used' },
      },
    ])
  })

  it('is none where the window is open: a reason is not recorded', () => {
    const { rotation, events } = deploy(incident, null, 'just in case')
    expect(rotation.runs.at(-1)?.windowReason).toBeNull()
    expect(events[0]?.data).not.toHaveProperty('windowReason')
  })

  it('keeps neither a rotation nor a smoke test from starting', () => {
    const opened = aRotation({ done: 3 })
    const tested = requestRun(
      opened,
      { kind: 'smoke', system: 'ci', environment: STAGING, barred: CLOSED },
      OPERATOR,
      minutesIn(60),
    )
    expect(tested.events).toHaveLength(1)
    const rotated = requestRun(
      aRotation({ done: 2 }),
      { kind: 'rotate', system: 'ci', environment: null, barred: CLOSED },
      OPERATOR,
      minutesIn(60),
    )
    expect(rotated.events).toHaveLength(1)
  })

  it('is part of what is signed', () => {
    const digest = (windowReason: string | null) =>
      signOffDigest(aRotation({ runs: [aRun({ kind: 'deploy', windowReason })] }))
    expect(digest('it could not wait')).not.toBe(digest(null))
  })
})
