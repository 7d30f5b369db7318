import { describe, expect, it } from 'vitest'
import type { NewEvent, RotationEvent } from '#domain/rotation/events'
import { isFailureOfPerson, lineSubject } from '#domain/rotation/line-subject'
import type { Message } from '#views/blocks'
import { drawLine, newestLine } from '#views/thread-lines'
import { messageProblems } from '../support/block-kit-checker.ts'
import { wordsOf } from '../support/read-view.ts'
import { aRotation, manyTokens, minutesIn, names, nineTokens, OPERATOR } from '../support/rotation-builder.ts'

const isPromoted = (environment: string) => environment === 'production'

const URL = 'https://ci.example/8802'
const ROTATE = { kind: 'rotate', attempt: 1 } as const
const version = (agent: string) => ({
  agent,
  environment: 'staging',
  secret: `flashfusion/staging/${agent}`,
  versionId: `01234567-89ab-4cde-8f01-23456789abc${agent}`,
})

/** The events in order, a minute apart. */
const chained = (events: Omit<NewEvent, 'rotationId' | 'at'>[]): RotationEvent[] =>
  events.map(
    (event, index) =>
      ({
        rotationId: 42,
        at: minutesIn(index),
        count: index + 1,
        previousHash: '',
        hash: '',
        ...event,
      }) as RotationEvent,
  )

const requested = (data = {}) => ({
  type: 'run-requested' as const,
  actor: OPERATOR,
  data: { ...ROTATE, ...data },
})
const started = (data = {}) => ({
  type: 'run-started' as const,
  actor: 'bot',
  data: { ...ROTATE, runId: 8802, url: URL, ...data },
})
const finished = (data = {}) => ({
  type: 'run-finished' as const,
  actor: 'bot',
  data: { ...ROTATE, succeeded: true, conclusion: 'success', url: URL, requestedBy: OPERATOR, ...data },
})
const completed = (step: 'rotation-execution' | 'integration-verification' | 'audit-logging') => ({
  type: 'step-completed' as const,
  actor: OPERATOR,
  data: { step, attestations: [], evidence: [], notes: '', checks: [] },
})

const drawn = (
  subject: Parameters<typeof newestLine>[0],
  events: RotationEvent[],
  rotation = aRotation({ tokens: nineTokens(4) }),
) => {
  const line = newestLine(subject, events, isPromoted)
  if (!line) throw new TypeError('no line')
  return drawLine(line, rotation, names)
}

/** What people see; the text is for notifications. */
const shown = (message: Message): string => wordsOf({ text: '', blocks: message.blocks })

describe('a line of the thread that is edited as it goes on', () => {
  it.each([
    [[requested()], '… On-call operator started: Rotation workflow'],
    [[requested(), started()], '… Rotation workflow: in CI: run 8802'],
    [[requested(), started(), finished()], '✓ Rotation workflow succeeded in 2 min · run'],
    [
      [requested(), finished({ succeeded: false, conclusion: 'timed_out' })],
      '✗ Rotation workflow failed (timed_out) after 1 min · run',
    ],
  ])('shows a run once, as it is now: %#', (events, row) => {
    const words = shown(drawn('rotation-execution', chained(events)))
    expect(words).toContain(row)
    expect(words.match(/Rotation workflow/g)).toHaveLength(1)
  })

  it('shows token by token what a rotation workflow has done, with the person who completed its step', () => {
    const events = [requested(), started()]
    const words = shown(drawn('rotation-execution', chained(events)))
    expect(words).toContain('4 of 9 tokens have a new version')
    expect(words.match(/✓ /g)).toHaveLength(4)
    expect(words.match(/still on the old version/g)).toHaveLength(5)
    const after = shown(drawn('rotation-execution', chained([...events, completed('rotation-execution')])))
    expect(after).toContain('✓ On-call operator completed step 3, Rotation execution')
    expect(after).toContain('4 of 9 tokens have a new version')
  })

  it('fits a message with however many tokens, and counts the rest', () => {
    const message = drawn(
      'rotation-execution',
      chained([requested()]),
      aRotation({ tokens: manyTokens(2000) }),
    )
    expect(messageProblems(message)).toEqual([])
    expect(wordsOf(message)).toMatch(/… and 1,\d+ more tokens/)
  })

  it('is another one after its step was completed, as when a person rejects', () => {
    const events = chained([
      requested(),
      finished(),
      completed('rotation-execution'),
      requested({ attempt: 2 }),
    ])
    const line = newestLine('rotation-execution', events, isPromoted)
    expect(line?.events.map((event) => event.count)).toEqual([4])
    expect(newestLine('rotation-execution', events.slice(0, 3), isPromoted)?.events).toHaveLength(3)
  })

  it('is one for a promotion, and one for all environments of step 4', () => {
    const subject = (environment: string) =>
      lineSubject({ ...chained([requested({ kind: 'deploy', environment })])[0]! }, isPromoted)
    expect(subject('production')).toBe('promotion:production')
    expect(subject('staging')).toBe('integration-verification')
    expect(subject('sandbox')).toBe('integration-verification')
  })

  it('is one for the old versions of all environments: disabled and watched, then revoked', () => {
    const disabled = {
      type: 'revocation-disabled' as const,
      actor: 'bot',
      data: { versions: ['a', 'b'].map(version) },
    }
    const proven = {
      type: 'revocation-proven' as const,
      actor: 'bot',
      data: { versions: [{ ...version('a'), proof: 'the tag says destroyed' }] },
    }
    const watched = shown(drawn('old-versions', chained([disabled])))
    expect(watched).toContain('◌ 2 old versions disabled at the issuer, and watched: a/staging `01234567`')
    const one = shown(drawn('old-versions', chained([disabled, proven])))
    expect(one).toContain('◌ 1 old version disabled at the issuer, and watched: b/staging')
    expect(one).toContain('✓ Old version revoked: a/staging `01234567` – the tag says destroyed')
  })

  it('notifies whoever started a run of its failure only', () => {
    const isNotified = (data: object) => isFailureOfPerson(chained([finished(data)])[0]!)
    expect(isNotified({ succeeded: false, conclusion: 'failure' })).toBe(true)
    expect(isNotified({})).toBe(false)
    expect(isNotified({ succeeded: false, conclusion: 'failure', requestedBy: 'bot' })).toBe(false)
  })
})
