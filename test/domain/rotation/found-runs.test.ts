import { describe, expect, it } from 'vitest'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { environmentInTitle, type FoundPlace, type FoundRun, foundAt } from '#domain/rotation/found-runs'
import { aFoundRun, aRotation, aRun, minutesIn } from '#test/support/rotation-builder'

const step3 = aRotation({ done: 2 })
const step4 = aRotation({ done: 3 })
const promoting = aRotation({ done: 5, status: 'promoting' })

const idsAt = (rotation: typeof step3, place: FoundPlace, found: FoundRun[]) =>
  foundAt(rotation, DEFAULT_ENVIRONMENTS, found, place).map(({ runId }) => runId)

describe('the runs that the bot did not start', () => {
  const rotate = aFoundRun({ kind: 'rotate', environment: null, runId: 1 })
  const staging = aFoundRun({ runId: 2, createdAt: minutesIn(41) })
  const smoke = aFoundRun({ kind: 'smoke', runId: 3, createdAt: minutesIn(42) })
  const production = aFoundRun({ environment: 'production', runId: 4, createdAt: minutesIn(43) })
  const unknown = aFoundRun({ environment: null, runId: 5, createdAt: minutesIn(44) })
  const all = [rotate, staging, smoke, production, unknown]

  it('are shown where they matter, newest first', () => {
    expect(idsAt(step3, 'rotation-execution', all)).toEqual([1])
    expect(idsAt(step4, 'integration-verification', all)).toEqual([5, 3, 2])
    expect(idsAt(promoting, 'promotion', all)).toEqual([5, 4])
  })

  it('are shown only while the place is open', () => {
    expect(idsAt(step4, 'rotation-execution', all)).toEqual([])
    expect(idsAt(step3, 'integration-verification', all)).toEqual([])
    expect(idsAt(step4, 'promotion', all)).toEqual([])
  })

  it('count from when the rotation was opened', () => {
    expect(idsAt(step3, 'rotation-execution', [{ ...rotate, createdAt: minutesIn(-1) }])).toEqual([])
  })

  it('are not those of an environment that is not in scope', () => {
    const tokens = step4.tokens.filter((token) => token.environment !== 'staging')
    expect(idsAt({ ...step4, tokens }, 'integration-verification', [staging])).toEqual([])
  })

  it('are no longer shown once they are part of the rotation, until they are run again', () => {
    const known = { ...step4, runs: [aRun({ kind: 'deploy', runId: 2, runAttempt: 1 })] }
    expect(idsAt(known, 'integration-verification', [staging])).toEqual([])
    expect(idsAt(known, 'integration-verification', [{ ...staging, runAttempt: 2 }])).toEqual([2])
  })
})

describe('the environment in a title', () => {
  it.each([
    ['Deploy to staging', 'staging'],
    ['Deploy [production] by hand', 'production'],
    ['Deploy staging, then production', null],
    ['Deploy to pre-staging', null],
    ['agents:orchestrate', null],
  ])('of “%s” is %s', (title, environment) => {
    expect(environmentInTitle(title, DEFAULT_ENVIRONMENTS)).toBe(environment)
  })
})
