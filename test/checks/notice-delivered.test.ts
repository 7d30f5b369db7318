import { describe, expect, it } from 'vitest'
import { noticeDelivered } from '#checks/notice-delivered'
import type { LastNotice, NoticeSeen, TestNotice } from '#domain/ports/systems'
import { NotReadable } from '#domain/tokens/secret'
import { aCheckInput, aNotice, aTestNotice, type CheckInputParts } from '#test/support/check-input'

const DELETED: LastNotice = { rotation: 'R41', waiting: null, seen: null }

const verdictOn = (last: LastNotice | null, test?: Partial<TestNotice>, parts: CheckInputParts = {}) =>
  noticeDelivered.run(
    aCheckInput({
      readLastNotice: async () => last,
      proveTestNotice: async () => {
        if (!test) throw new Error('nobody wanted a test notice')
        return { posted: true, attempts: 1, seen: aTestNotice(), ...test }
      },
      ...parts,
    }),
  )

describe('a completion notice arrives', () => {
  it('when the last one is in the channel, and links it', async () => {
    expect(await verdictOn({ rotation: 'R41', waiting: null, seen: aNotice() })).toEqual({
      state: 'passed',
      sentence: 'The completion notice of R41 is in the channel, and the bot may post there',
      evidence: [expect.objectContaining({ label: 'notice of R41', url: aNotice().url })],
    })
  })

  it('when there was none and a test notice was read back', async () => {
    expect(await verdictOn(null, {})).toMatchObject({
      state: 'passed',
      sentence: 'There has been no completion notice yet; a test notice arrived and was read back',
      evidence: [{ url: aTestNotice().url }],
    })
  })

  it('when the last one was deleted, but a new test notice is there, and says so', async () => {
    const { state, sentence } = await verdictOn(DELETED, {})
    expect(state).toBe('passed')
    expect(sentence).toContain('The completion notice of R41 is no longer in the channel; a test notice')
  })
})

describe('no completion notice arrives', () => {
  it.each<[string, Partial<NoticeSeen>]>([
    ['somebody else wrote it', { byBot: false }],
    ['it is another message of the bot', { eventType: 'rotation_card' }],
    ['it carries no metadata', { eventType: null, rotation: null }],
    ['it tells of another rotation', { rotation: 'R40' }],
  ])('when the message there is another one: %s', async (_, parts) => {
    const last = { rotation: 'R41', waiting: null, seen: aNotice(parts) }
    const verdict = await verdictOn(last, { seen: null })
    expect(verdict).toMatchObject({ state: 'failed', advice: expect.stringContaining('manual step') })
    expect(verdict.sentence).toContain('the test notice is not there either')
    expect(await verdictOn(null, { seen: aTestNotice(parts) })).toMatchObject({ state: 'failed' })
  })

  it('when every test notice vanishes', async () => {
    const { sentence } = await verdictOn(DELETED, { attempts: 3, seen: null })
    expect(sentence).toContain('none of 3 test notices')
  })

  it('when the newest one is still waiting, whatever is there of an older one', async () => {
    const verdict = await verdictOn({
      rotation: 'R41',
      waiting: 'Slack: the channel is archived',
      seen: null,
    })
    expect(verdict).toMatchObject({ state: 'failed' })
    expect(verdict.sentence).toContain('has not been posted: Slack: the channel is archived')
  })

  it('when the bot may not post now, although the last one is there', async () => {
    const last = { rotation: 'R41', waiting: null, seen: aNotice() }
    const verdict = await verdictOn(last, undefined, {
      findNoticeObstacle: async () => 'the bot is not in #flashfusion-ai; invite it with /invite',
    })
    expect(verdict).toMatchObject({ state: 'failed', sentence: expect.stringContaining('/invite') })
  })
})

describe('it is not known whether a completion notice arrives', () => {
  it('while the test notice is not posted', async () => {
    expect(await verdictOn(null, { posted: false, seen: null })).toMatchObject({ state: 'unknown' })
  })

  it.each(['findNoticeObstacle', 'readLastNotice', 'proveTestNotice'] as const)(
    'when %s cannot be read',
    async (read) => {
      const away = () => Promise.reject(new NotReadable('Slack is away'))
      await expect(verdictOn(null, {}, { [read]: away })).rejects.toThrow(NotReadable)
    },
  )
})
