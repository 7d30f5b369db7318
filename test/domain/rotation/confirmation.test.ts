import { describe, expect, it } from 'vitest'
import { judgeComments, pendingConfirmations, type SeenComment } from '#domain/rotation/confirmation'
import type { NewEvent } from '#domain/rotation/events'
import { aRotation, aSignOff, DEVOPS_LEAD } from '#test/support/rotation-builder'

const DIGEST = 'ab'.repeat(32)
const SHOWN = '2026-11-23T10:00:00.400Z'
const comment = (parts: Partial<SeenComment> = {}): SeenComment => ({
  login: 'lead',
  body: DIGEST,
  createdAt: '2026-11-23T10:05:00Z',
  updatedAt: '2026-11-23T10:05:00Z',
  url: 'https://github.example/c',
  ...parts,
})
const judge = (...comments: SeenComment[]) =>
  judgeComments({ digest: DIGEST, login: 'Lead' }, SHOWN, comments, ['owner'])
const whyOf = (...comments: SeenComment[]) => {
  const verdict = judge(...comments)
  return verdict && 'problem' in verdict ? verdict.problem.why : verdict
}

describe('a signature that is confirmed on the ticket', () => {
  it.each([
    ['the digest alone', comment()],
    ['the digest as code, with blanks', comment({ body: ` \`${DIGEST}\`\r\n` })],
    [
      'in the same second as the form was shown',
      comment({ createdAt: '2026-11-23T10:00:00Z', updatedAt: '2026-11-23T10:00:00Z' }),
    ],
  ])('counts with %s', (_, given) => {
    expect(judge(given)).toEqual({ confirmed: given })
  })

  it.each<[string, SeenComment, string | null]>([
    ['another account', comment({ login: 'mallory' }), 'wrong-login'],
    ['an edited comment', comment({ updatedAt: '2026-11-23T10:06:00Z' }), 'edited'],
    ['another digest', comment({ body: 'cd'.repeat(32) }), 'wrong-digest'],
    [
      'a comment from before the form',
      comment({ createdAt: '2026-11-23T09:59:59Z', updatedAt: '2026-11-23T09:59:59Z' }),
      'too-early',
    ],
    ['a sentence that has the digest', comment({ body: `I agree: ${DIGEST}` }), 'not-alone'],
    ['part of the digest', comment({ body: DIGEST.slice(0, 40) }), 'wrong-digest'],
    ['a digest with a letter too many', comment({ body: `${DIGEST}a` }), 'wrong-digest'],
    ['a digest in capitals', comment({ body: DIGEST.toUpperCase() }), 'wrong-digest'],
    ['a sentence about something else', comment({ body: 'Fine since 1a2b3c4d, see R41.' }), null],
    ['a part of the digest by somebody else', comment({ login: 'mallory', body: DIGEST.slice(0, 40) }), null],
    ['the comment of the other role', comment({ login: 'owner' }), null],
    [
      'a digest of an earlier round by the approver',
      comment({
        body: 'cd'.repeat(32),
        createdAt: '2026-11-22T09:00:00Z',
        updatedAt: '2026-11-22T09:00:00Z',
      }),
      null,
    ],
  ])('does not count with %s', (_, given, why) => {
    expect(whyOf(given)).toBe(why)
  })

  it('counts with a right comment beside wrong ones, and names the newest wrong one otherwise', () => {
    expect(judge(comment({ login: 'mallory' }), comment())).toEqual({ confirmed: comment() })
    expect(whyOf(comment({ login: 'mallory' }), comment({ updatedAt: '2026-11-23T11:00:00Z' }))).toBe(
      'edited',
    )
  })

  it('waits while what was signed is the same, in the same round, by a role that has not signed', () => {
    const requested: NewEvent = {
      type: 'confirmation-requested',
      rotationId: 1,
      actor: DEVOPS_LEAD,
      at: SHOWN,
      data: { role: 'devops-lead', digest: DIGEST, comment: 'fine', login: 'lead', round: 1 },
    }
    const refused = (why: 'edited' | 'outdated'): NewEvent => ({
      type: 'confirmation-refused',
      rotationId: 1,
      actor: DEVOPS_LEAD,
      at: SHOWN,
      data: { role: 'devops-lead', why, login: 'lead', url: 'https://github.example/c' },
    })
    const rotation = aRotation({ id: 1, done: 5 })
    const pending = (parts: Parameters<typeof aRotation>[0], digest: string, ...events: NewEvent[]) =>
      pendingConfirmations(aRotation({ id: 1, done: 5, ...parts }), digest, events)
    expect(pendingConfirmations(rotation, DIGEST, [requested])).toMatchObject([
      { by: DEVOPS_LEAD, login: 'lead', problem: null },
    ])
    expect(pending({}, DIGEST, requested, refused('edited'))).toMatchObject([{ problem: { why: 'edited' } }])
    expect(pending({}, DIGEST, requested, refused('edited'), requested)).toMatchObject([{ problem: null }])
    expect(pending({}, DIGEST, requested, refused('outdated'))).toEqual([])
    expect(pending({}, 'cd'.repeat(32), requested)).toEqual([])
    expect(pending({ round: 2 }, DIGEST, requested)).toEqual([])
    expect(pending({ signOffs: [aSignOff({ role: 'devops-lead' })] }, DIGEST, requested)).toEqual([])
  })
})
