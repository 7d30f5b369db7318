import { describe, expect, it } from 'vitest'
import type { AgeReading } from '#domain/tokens/age-reading'
import { history } from '#views/history'
import { type StatusOptions, status } from '#views/status'
import { actionIdsOf, wordsOf } from '../support/read-view.ts'
import {
  anApprovedState,
  aRotation,
  aState,
  aTokenAge,
  manyTokens,
  minutesIn,
  NOW,
  names,
  nineAges,
} from '../support/rotation-builder.ts'

const shown = ({ tokens = nineAges(), problem = null, ...parts }: Partial<StatusOptions & AgeReading> = {}) =>
  status({ ages: { tokens, problem, readAt: minutesIn(-3) }, rotations: [], names, now: NOW, ...parts })

describe('status', () => {
  it('names what is due soon, the most urgent first', () => {
    const tokens = [12, 27, 30].map((days, i) => aTokenAge({ agent: `a${i}`, environment: 'e' }, days))
    const words = wordsOf(shown({ tokens }))
    expect(words).toContain('◔ 2 tokens due soon: a2/e due today (age 30 d) and a1/e due in 3 d (age 27 d)')
    expect(words).not.toContain('Next due')
  })

  it('shows ages as a grid in the usual order, and what is overdue and due next', () => {
    const words = wordsOf(shown())
    const rows = words
      .split('\n')
      .filter((line) => /^(\s+orchestrator|production|staging|sandbox)/.test(line))
    expect(rows).toEqual([
      '            orchestrator            evaluator  tool-runner',
      'production  age 12 d                age 12 d   age 12 d',
      'staging     age 12 d                age 12 d   age 20 d',
      'sandbox     1 d overdue (age 31 d)  age 12 d   age 12 d',
    ])
    expect(words).toContain('⚠ 1 token overdue: orchestrator/sandbox 1 d overdue (age 31 d)')
    expect(words).toContain('Next due: tool-runner/staging, 2026-12-03 (in 10 days)')
  })

  it('says in the notification what the message says', () => {
    expect(shown().text).toBe('Capability tokens: 9 tokens, 1 overdue; no rotation is open.')
  })

  it('never takes an unread age for a fresh one', () => {
    const [first, ...rest] = nineAges()
    const unread = aTokenAge(first!, null, { problem: 'access denied (DescribeSecret)' })
    const words = wordsOf(shown({ tokens: [unread, ...rest] }))
    expect(words).toContain('? 1 token not read: orchestrator/production: access denied (DescribeSecret)')
    expect(words).toMatch(/production {2}not read/)
  })

  it('says as of when the ages are, and before the first reading that they follow', () => {
    expect(wordsOf(shown())).toContain('Token ages as of 2026-11-23 08:59 UTC')
    const first = status({ ages: null, rotations: [aState()], names, now: NOW })
    expect(wordsOf(first)).toContain('being read for the first time')
    expect(wordsOf(first)).toContain('Open card')
    expect(first.text).toContain('token ages are being read; 1 open rotation')
  })

  it('says why when no age could be read', () => {
    const { text, blocks } = shown({ tokens: [], problem: 'the registry does not parse' })
    expect(text).toContain('token ages could not be read')
    expect(wordsOf({ text, blocks })).toContain('Token ages could not be read: the registry does not parse')
  })

  it('counts when there are too many to list, and names the oldest', () => {
    const tokens = manyTokens(900).map((token, i) => aTokenAge(token, i === 450 ? 90 : 3))
    const words = wordsOf(shown({ tokens }))
    expect(words).toMatch(/region-0 +300 +0 +0 +0 +300/)
    expect(words).toMatch(/region-1 +300 +1 +0 +0 +299/)
    expect(words).toContain('agent-150/region-1 60 d overdue (age 90 d)')
  })

  it('shows the worst of several secrets in one place', () => {
    const name = { agent: 'evaluator', environment: 'staging' }
    expect(wordsOf(shown({ tokens: [aTokenAge(name, 3), aTokenAge(name, 40)] }))).toContain(
      '10 d overdue (age 40 d) (of 2)',
    )
  })

  it('names open rotations with whom they wait for and a link', () => {
    const words = wordsOf(shown({ rotations: [aState({ rotation: { done: 2 } })] }))
    expect(words).toContain(
      'waiting for On-call operator: start the rotation workflow · 2 of 5 steps done · Open card (https://',
    )
  })

  it('can be shared, and what was shared cannot be shared again', () => {
    expect(actionIdsOf(shown())).toEqual(['share-status'])
    expect(actionIdsOf(shown({ shareable: false }))).toEqual([])
  })
})

describe('history', () => {
  const entry = (rotation = anApprovedState().rotation) => ({ rotation, permalink: 'https://x.example/card' })

  it('says how each ended, how long it took and where it is', () => {
    const aborted = aRotation({
      id: 43,
      status: 'aborted',
      closedAt: minutesIn(5),
      closedReason: 'by mistake',
    })
    const words = wordsOf(history([entry(aborted), entry()], names, NOW))
    expect(words).toContain(
      '• R43 · ✗ aborted after 5 min · Manual rotation · 9 tokens: production, staging, sandbox',
    )
    expect(words).toContain('reason: by mistake')
    expect(words).toContain('• R42 · ✓ complete in 2 h 10 min')
    expect(words).toContain('card (https://x.example/card)')
  })

  it('says that older ones had no room', () => {
    const words = wordsOf(
      history(
        Array.from({ length: 200 }, () => entry()),
        names,
        NOW,
      ),
    )
    const lines = words.split('\n').filter((line) => line.startsWith('•')).length
    expect(words).toContain(`The last ${lines} rotations`)
    expect(words).toContain(`${200 - lines} older ones not shown`)
  })

  it('is not silent when there is nothing', () => {
    expect(wordsOf(history([], names, NOW))).toContain('No rotation yet.')
  })
})
