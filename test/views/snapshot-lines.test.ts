import { describe, expect, it } from 'vitest'
import { STEP_IDS } from '#domain/rotation/steps'
import { snapshotLines } from '#views/snapshot-lines'
import {
  aCheck,
  aFinishedState,
  anException,
  aRun,
  aState,
  checksOf,
  names,
  nineTokens,
} from '../support/rotation-builder.ts'

const finished = { done: 5, tokens: nineTokens(9), runs: [aRun()] }

const shown = (parts: Parameters<typeof aFinishedState>[0]): string =>
  snapshotLines(aFinishedState(parts), names).flat().join('\n')

describe('a statement of the runbook in the record', () => {
  it('is the machine’s where its checks decided it and nobody was asked', () => {
    const completions = { 'rotation-execution': { attestations: ['tags'] } }
    const rotation = { ...finished, completions }
    const passed = shown({ rotation, checks: checksOf(...STEP_IDS) })
    expect(passed).toMatch(/✓ Validate old token .* – verified by machine$/m)
    expect(passed).toMatch(/☑ Confirm new secret version .* – confirmed, also verified/)
    expect(shown({ rotation, checks: [aCheck('old-version-revoked', 'failed')] })).toMatch(
      /✓ Validate old token .* – verified by machine then; ⚠ its checks do not pass now/,
    )
  })

  it('is never called verified when the check did not pass', () => {
    const checks = [...checksOf('inventory-review'), aCheck('old-version-revoked', 'failed')]
    expect(shown({ checks })).toMatch(/☑ Validate old token .* – confirmed, ⚠ the machine check did not pass/)
    const rotation = { ...finished, exceptions: [anException({ check: 'old-version-revoked' })] }
    expect(shown({ rotation, checks })).toMatch(
      /⚠ Validate old token .* – not verified; a person went on although its checks did not pass/,
    )
  })
})

it('says of tokens before step 3 that they are not rotated yet, and warns after its workflow', () => {
  const linesOf = (runs: ReturnType<typeof aRun>[]) =>
    snapshotLines(aState({ rotation: { done: 2, tokens: nineTokens(), runs } }), names).flat()
  const before = linesOf([]).filter((line) => line.startsWith('• evaluator/staging'))
  expect(before).toEqual(['• evaluator/staging: not rotated yet'])
  expect(linesOf([]).join('\n')).not.toContain('no new version')
  expect(linesOf([aRun()]).join('\n')).toContain('⚠ no new version')
})
