import { describe, expect, it } from 'vitest'
import { Refusal } from '#domain/rotation/refusal'
import type { CheckState } from '#domain/rotation/rotation'
import { assertStillTrue, stepsToCheckAgain } from '#domain/rotation/still-true'
import { aCheck, aRotation, minutesIn } from '#test/support/rotation-builder'

const CHECK = 'new-version-current'
const AT = minutesIn(60)

/** Step 3 was completed with this state of one check. */
const completedWith = (state: CheckState) =>
  aRotation({ done: 5, completions: { 'rotation-execution': { checks: [{ check: CHECK, state }] } } })

const grounds = (state: CheckState | null, minutesAgo = 1, definitions = [{ id: CHECK }]) => ({
  definitions,
  results: state ? [aCheck(CHECK, state, { finishedAt: minutesIn(60 - minutesAgo) })] : [],
  maxAgeMinutes: 15,
})

const codeOf = (...args: Parameters<typeof assertStillTrue>): string | null => {
  try {
    assertStillTrue(...args)
    return null
  } catch (error) {
    return error instanceof Refusal ? error.code : 'an error'
  }
}

describe('what is signed late', () => {
  it.each([
    ['passes still, as seen lately', grounds('passed'), null, 0],
    ['fails now', grounds('failed'), 'no-longer-true', 1],
    ['cannot be read now', grounds('unknown'), 'no-longer-true', 1],
    ['was last seen 15 minutes ago', grounds('passed', 15), 'checks-stale', 1],
    ['was seen by a clock that is ahead', grounds('passed', -20), 'checks-stale', 1],
    ['is not seen any more', grounds(null), 'checks-stale', 1],
    ['is checked by nothing that the config still has', grounds(null, 1, []), null, 0],
  ])('%s', (_, now, code, again) => {
    expect(codeOf(completedWith('passed'), now, AT)).toBe(code)
    expect(stepsToCheckAgain(completedWith('passed'), now, AT)).toHaveLength(again)
  })

  it('does not ask again what an exception overrode', () => {
    expect(codeOf(completedWith('failed'), grounds('failed'), AT)).toBeNull()
  })
})
