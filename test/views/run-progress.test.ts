import { describe, expect, it } from 'vitest'
import { messageProblems } from '#test/support/block-kit-checker'
import { wordsOf } from '#test/support/read-view'
import { aRotation, aRun, manyTokens, nineTokens } from '#test/support/rotation-builder'
import { runProgress } from '#views/run-progress'

const running = aRun({ state: 'running', conclusion: null, finishedAt: null })

describe('the progress of a run in the thread', () => {
  it('tells token by token what is done and what is not', () => {
    const rotation = aRotation({ done: 2, runs: [running], tokens: nineTokens(4) })
    const words = wordsOf(runProgress(rotation, running))
    expect(words).toContain('Rotation workflow: running')
    expect(words).toContain('4 of 9 tokens have a new version')
    expect(words.match(/✓ /g)).toHaveLength(4)
    expect(words.match(/still on the old version/g)).toHaveLength(5)
  })

  it('says what the secrets manager refused', () => {
    const run = aRun({
      system: 'secrets-manager',
      state: 'failed',
      runId: null,
      url: null,
      conclusion: 'a: no rotation Lambda',
    })
    const words = wordsOf(runProgress(aRotation({ runs: [run] }), run))
    expect(words).toContain('Rotation by the secrets manager: failed (')
    expect(words).toContain('no rotation Lambda')
  })

  it('fits a message with however many tokens, and counts the rest', () => {
    const message = runProgress(aRotation({ runs: [running], tokens: manyTokens(2000) }), running)
    expect(messageProblems(message)).toEqual([])
    expect(wordsOf(message)).toMatch(/… and 1,\d+ more tokens/)
  })
})
