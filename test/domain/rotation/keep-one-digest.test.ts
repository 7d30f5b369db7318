import { describe, expect, it } from 'vitest'
import { keepOneDigest } from '#domain/rotation/keep-one-digest'
import { approvals, type Rotation } from '#domain/rotation/rotation'
import { signOff } from '#domain/rotation/sign-off'
import { signOffDigest } from '#domain/rotation/sign-off-digest'
import {
  AI_OPS_OWNER,
  anException,
  aRotation,
  aRun,
  DEVOPS_LEAD,
  minutesIn,
} from '#test/support/rotation-builder'

const AT = minutesIn(90)

const signedOnce = (): Rotation => {
  const rotation = aRotation({ done: 5 })
  const digest = signOffDigest(rotation)
  return signOff(rotation, {
    role: 'devops-lead',
    by: DEVOPS_LEAD,
    at: minutesIn(80),
    comment: '',
    shownDigest: digest,
    currentDigest: digest,
    promotes: true,
  }).rotation
}

const sign = (rotation: Rotation) => {
  const digest = signOffDigest(rotation)
  const request = { at: AT, comment: '', shownDigest: digest, currentDigest: digest, promotes: true }
  return signOff(rotation, { role: 'ai-ops-owner', by: AI_OPS_OWNER, ...request })
}

describe('both signatures are on one and the same content', () => {
  it.each<[string, (rotation: Rotation) => Rotation]>([
    ['a run is adopted', (rotation) => ({ ...rotation, runs: [aRun({ kind: 'deploy' })] })],
    ['an exception is recorded', (rotation) => ({ ...rotation, exceptions: [anException()] })],
    [
      'a token gets another version',
      (rotation) => ({
        ...rotation,
        tokens: rotation.tokens.map((token) => ({ ...token, newVersionId: 'another' })),
      }),
    ],
  ])('so the first one is void when %s after it', (_, change) => {
    const after = change(signedOnce())
    expect(() => sign(after)).toThrow('content-changed')
    const { rotation, events } = keepOneDigest({ rotation: after, events: [] }, AT)
    expect(approvals(rotation)).toEqual([])
    expect(rotation.round).toBe(2)
    expect(events).toMatchObject([{ type: 'approval-void', actor: 'bot', at: AT }])
    expect(sign(rotation).rotation).toMatchObject({ status: 'open', signOffs: [{ round: 1 }, { round: 2 }] })
  })

  it('but not when old versions are retired, or nothing changes', () => {
    const once = signedOnce()
    const retiring = { ...once, runs: [...once.runs, aRun({ kind: 'revoke' })] }
    for (const rotation of [once, retiring])
      expect(keepOneDigest({ rotation, events: [] }, AT)).toEqual({ rotation, events: [] })
  })

  it('and nothing that comes after both voids them', () => {
    const approved = sign(signedOnce()).rotation
    expect(approved.status).toBe('promoting')
    const deployed = { ...approved, runs: [aRun({ kind: 'deploy', environment: 'production' })] }
    expect(keepOneDigest({ rotation: deployed, events: [] }, AT).rotation).toBe(deployed)
  })
})
