import { describe, expect, it } from 'vitest'
import { STEP_IDS } from '#domain/rotation/steps'
import { snapshotLines } from '#views/snapshot-lines'
import {
  aCheck,
  aFinishedState,
  anException,
  aRun,
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
