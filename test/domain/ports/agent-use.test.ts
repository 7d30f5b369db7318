import { describe, expect, it } from 'vitest'
import { MAX_SERIES, readAgentUse } from '#domain/ports/agent-use'
import { anAgentUse, aTelemetry, FAILURES, SINCE, SUCCESSES } from '#test/support/agent-use'
import { NOW } from '#test/support/rotation-builder'

describe('what agents did with their tokens', () => {
  it('is counted by agent and version', async () => {
    const use = await anAgentUse(
      { 'evaluator one': 3, 'evaluator two': 4, planner: 5 },
      { 'evaluator two': 1 },
    )
    expect(use.counts).toEqual([
      { agent: 'evaluator', version: 'one', successes: 3, failures: 0, warnings: 0 },
      { agent: 'evaluator', version: 'two', successes: 4, failures: 1, warnings: 0 },
      { agent: 'planner', version: null, successes: 5, failures: 0, warnings: 0 },
    ])
    expect(use).toMatchObject({ environment: 'staging', since: SINCE, at: NOW, seconds: 615 })
  })

  it('is summed over queries that count the same, and kept apart where one counts warnings', async () => {
    const queries = [SUCCESSES, { ...SUCCESSES, name: 'more' }, { ...FAILURES, counts: 'warnings' as const }]
    const { counts } = await anAgentUse({ evaluator: 3 }, { evaluator: 2 }, queries)
    expect(counts).toEqual([{ agent: 'evaluator', version: null, successes: 6, failures: 0, warnings: 2 }])
  })

  it('is asked about whole seconds, from the very start on', async () => {
    const { telemetry, asked } = aTelemetry({}, {})
    const now = new Date(Date.parse(NOW) + 900).toISOString()
    await readAgentUse(telemetry, [SUCCESSES], 'staging', SINCE, now)
    expect(asked).toEqual([{ promql: 'sum(s[615s])', at: NOW }])
  })

  it('is not asked about in the first second', async () => {
    const { telemetry, asked } = aTelemetry({}, {})
    const use = await readAgentUse(telemetry, [SUCCESSES], 'staging', NOW, NOW)
    expect(use.queries[0]?.problem?.sentence).toBe('less than a second has passed')
    expect(asked).toEqual([])
  })

  it.each([
    ['only sums without labels', { '': 3 }, 'its answer has no label “agent”'],
    [
      'a sum without labels beside others',
      { evaluator: 3, '': 2 },
      'part of its answer has no label “agent”',
    ],
    ['versions without agents', { ' one': 3 }, 'its answer has no label “agent”'],
    ['an error', { error: 'no connection' }, 'no connection'],
    [
      'too many series',
      Object.fromEntries(Array.from({ length: MAX_SERIES + 1 }, (_, i) => [`a${i}`, 1])),
      'its answer has 2001 series; at most 2000 are read',
    ],
  ])('is a problem with %s', async (_, successes, sentence) => {
    const { queries } = await anAgentUse(successes, { evaluator: 0 })
    expect(queries[0]?.problem?.sentence).toContain(sentence)
    expect(queries[0]?.problem?.advice).toBeTruthy()
    expect(queries[1]?.problem).toBe(null)
  })

  it('is none with a 0 that `or vector(0)` adds', async () => {
    const { queries } = await anAgentUse({ evaluator: 3, '': 0 }, { '': 0 })
    expect(queries[0]).toMatchObject({ problem: null, samples: [{ agent: 'evaluator', value: 3 }] })
    expect(queries[1]?.problem?.sentence).toContain('no label “agent”')
  })

  it('lets a mistake of its own be one', async () => {
    const broken = {
      ...aTelemetry({}, {}).telemetry,
      query: () => Promise.reject(new TypeError('a mistake')),
    }
    await expect(readAgentUse(broken, [SUCCESSES], 'staging', SINCE, NOW)).rejects.toThrow('a mistake')
  })
})
