import { describe, expect, it } from 'vitest'
import type { Rotation, Run } from '#domain/rotation/rotation'
import { observeRun, requestRun, runMark } from '#domain/rotation/runs'
import { continueRotating } from '#domain/rotation/split-run'
import { workflowInputs } from '#domain/rotation/workflow-inputs'
import { aRotation, manyTokens, minutesIn, OPERATOR } from '#test/support/rotation-builder'

/** GitHub: "Create a workflow dispatch event". */
const MOST_CHARACTERS = 65_535
const IN_CI = { kind: 'rotate', system: 'ci', environment: null } as const

const tokensOf = (count: number) =>
  manyTokens(count).map((token, index) => ({
    ...token,
    secret: `flashfusion/production/an-agent-with-a-name-${index}`,
  }))

const newest = ({ runs }: Rotation): Run => {
  const run = runs.at(-1)
  if (!run) throw new Error('no run')
  return run
}

const inputsOf = (rotation: Rotation) => {
  const run = newest(rotation)
  return workflowInputs(run, rotation, runMark(rotation.id, run.attempt))
}
const namedBy = (rotation: Rotation): string[] => JSON.parse(inputsOf(rotation).secrets ?? '')

/** The run ends in success. @param renewed the secrets that have a new version now */
function finish(rotation: Rotation, renewed: string[], minute: number) {
  const run = newest(rotation)
  const versions = { newVersionId: `new-${minute}`, newVersionAt: minutesIn(minute) }
  const tokens = rotation.tokens.map((token) =>
    renewed.includes(token.secret) ? { ...token, ...versions } : token,
  )
  const seen = {
    state: 'succeeded',
    runId: 8_800 + run.attempt,
    url: 'https://ci.example/1',
    conclusion: 'success',
    startedAt: minutesIn(minute - 1),
    finishedAt: minutesIn(minute),
  } as const
  const decision = observeRun({ ...rotation, tokens }, run, seen, minutesIn(minute))
  return continueRotating(decision, run, minutesIn(minute))
}

const begin = (count: number) =>
  requestRun(aRotation({ done: 2, runs: [], tokens: tokensOf(count) }), IN_CI, OPERATOR, minutesIn(1))
    .rotation

describe('1,500 tokens', () => {
  it('are rotated by several runs, each within what a dispatch takes, each token once', () => {
    let rotation = begin(1_500)
    const rotated: string[] = []
    const titles: string[] = []
    for (let minute = 10; newest(rotation).state === 'requested'; minute += 10) {
      const inputs = inputsOf(rotation)
      expect(JSON.stringify(inputs).length).toBeLessThan(MOST_CHARACTERS)
      titles.push(inputs.rotation ?? '')
      const part = namedBy(rotation)
      rotated.push(...part)
      rotation = finish(rotation, part, minute).rotation
    }
    expect(titles).toEqual(['R42', 'R42.2'])
    expect(rotated).toEqual(rotation.tokens.map((token) => token.secret))
    expect(newest(rotation).requestedBy).toBe(OPERATOR)
  })

  it('are not continued after a run that failed, or that made no new version', () => {
    const rotation = begin(1_500)
    expect(finish(rotation, [], 10).rotation.runs).toHaveLength(1)
    const run = newest(rotation)
    const failed = observeRun(
      rotation,
      run,
      {
        state: 'failed',
        runId: 1,
        url: 'https://ci.example/1',
        conclusion: 'failure',
        startedAt: null,
        finishedAt: null,
      },
      minutesIn(10),
    )
    expect(continueRotating(failed, run, minutesIn(10))).toBe(failed)
  })
})

it('rotates what one dispatch can name by one run, also when it leaves some out', () => {
  const rotation = begin(9)
  const part = namedBy(rotation)
  expect(part).toHaveLength(9)
  expect(finish(rotation, part.slice(1), 10).rotation.runs).toHaveLength(1)
})
