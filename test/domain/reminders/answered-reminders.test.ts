import { describe, expect, it } from 'vitest'
import { type Holder, messageNow } from '#domain/reminders/answered-reminders'
import type { DueToken, Reminder } from '#domain/reminders/reminder'
import { aSeenToken } from '#test/support/reminder-year'
import { NOW } from '#test/support/rotation-builder'

const DAY = '2026-11-26'
const ABOUT = [{ kind: 'token-due', subject: DAY }] as const
const NAMED = [{ subject: DAY, secrets: ['a', 'b', 'c'] }]

const due = (...tokens: [secret: string, rotation: number | null][]): Reminder => ({
  kind: 'token-due',
  subject: DAY,
  due: NOW,
  urgent: false,
  day: DAY,
  daysLeft: -1,
  tokens: tokens.map(([secret, rotation]): DueToken => ({ ...aSeenToken({ secret }), rotation })),
})

const holder = (secret: string, parts: Partial<Holder> = {}): Holder => ({
  secret,
  rotation: 42,
  status: 'open',
  renewed: false,
  ...parts,
})

const secretsOf = (pending: Reminder[]) =>
  pending.flatMap((each) => (each.kind === 'token-due' ? each.tokens.map(({ secret }) => secret) : []))

describe('what a reminder about tokens says later', () => {
  it('asks for those that are free, and says where the others are rotated', () => {
    const { pending, answered } = messageNow(
      ABOUT,
      NAMED,
      [due(['a', null], ['b', 42], ['c', 42])],
      [holder('b'), holder('c', { status: 'promoting', renewed: true })],
    )
    expect(secretsOf(pending)).toEqual(['a'])
    expect(answered).toEqual([{ kind: 'token-due', answer: 'rotating', rotation: 42, tokens: 2 }])
  })

  it('says what is done when its rotation is complete', () => {
    const done = { status: 'complete', renewed: true } as const
    const holders = [holder('a', done), holder('b', done), holder('c', { ...done, rotation: 43 })]
    expect(messageNow(ABOUT, NAMED, [], holders)).toEqual({
      pending: [],
      answered: [
        { kind: 'token-due', answer: 'done', rotation: 42, tokens: 2 },
        { kind: 'token-due', answer: 'done', rotation: 43, tokens: 1 },
      ],
    })
  })

  it('applies again after an abort, but not for tokens that got a new version', () => {
    const holders = [
      holder('a', { status: 'aborted' }),
      holder('b', { status: 'aborted', renewed: true }),
      holder('c', { status: 'aborted' }),
    ]
    const { pending, answered } = messageNow(ABOUT, NAMED, [due(['a', null], ['c', null])], holders)
    expect(secretsOf(pending)).toEqual(['a', 'c'])
    expect(answered).toEqual([{ kind: 'token-due', answer: 'aborted', rotation: 42, tokens: 1 }])
  })

  it('says that tokens are no longer due where others rotated them', () => {
    expect(messageNow(ABOUT, NAMED, [], []).answered).toEqual([
      { kind: 'token-due', answer: 'not-due', rotation: null, tokens: 3 },
    ])
  })
})

it('says of each other subject that it no longer applies', () => {
  const about = [
    { kind: 'stalled', subject: 'R42' },
    { kind: 'sign-off-waits', subject: 'R42:devops-lead' },
  ] as const
  const stalled: Reminder = {
    kind: 'stalled',
    subject: 'R42',
    due: NOW,
    urgent: false,
    rotation: 42,
    owner: 'U0OPERATOR',
    since: NOW,
  }
  expect(messageNow(about, [], [stalled], [])).toEqual({
    pending: [stalled],
    answered: [{ kind: 'sign-off-waits', subject: 'R42:devops-lead' }],
  })
})
