import { describe, expect, it } from 'vitest'
import { attestationsOf } from '#domain/rotation/attestations'
import { linkEvidence } from '#domain/rotation/evidence'
import { STEP_IDS, stepDefinition } from '#domain/rotation/steps'
import { parseViewMetadata } from '#views/metadata'
import { show } from '#views/show'
import { signOffModal } from '#views/sign-off-modal'
import { viewProblems } from '../support/block-kit-checker.ts'
import { inputsOf, wordsOf } from '../support/read-view.ts'
import {
  aCheck,
  aFinishedState,
  anException,
  aRun,
  aSignOff,
  checksOf,
  manyTokens,
  minutesIn,
  NOW,
  names,
  nineTokens,
  RUNBOOK,
} from '../support/rotation-builder.ts'

const finished = { done: 5, tokens: nineTokens(9), runs: [aRun()] }

it('says who signs what, and carries the digest that was shown', () => {
  const state = aFinishedState()
  const view = signOffModal(state, 'ai-ops-owner', names, NOW)
  expect(view.callback_id).toBe('sign-off')
  expect(view.submit?.text).toBe('Sign as AI Ops owner')
  expect(parseViewMetadata(view.private_metadata)).toEqual({
    rotation: 'R42',
    role: 'ai-ops-owner',
    digest: state.digest,
  })
  expect(wordsOf(view)).toContain(state.digest)
  expect(inputsOf(view).comment?.optional).toBe(true)
})

it('shows every step, check, attestation, run and token', () => {
  const words = wordsOf(signOffModal(aFinishedState(), 'devops-lead', names, NOW))
  for (const step of STEP_IDS) {
    const { number, title } = stepDefinition(step)
    expect(words).toContain(`${number} ${title} – done by On-call operator`)
    for (const { sentence } of attestationsOf(step, RUNBOOK))
      expect(words).toContain(`☑ ${sentence} – confirmed`)
  }
  expect(words).toContain(
    '✓ Tags are correct – passed, 2026-11-23 09:42 UTC: 9 of 9 tokens are as they should be.',
  )
  expect(words).toContain('Rotation workflow: succeeded · run 8812')
  expect(words).toContain('• evaluator/staging: `7f3a1c52` → `91bc77d0`')
})

it('puts exceptions before the steps, with commands and proof', () => {
  const words = wordsOf(
    signOffModal(
      aFinishedState({ rotation: { ...finished, exceptions: [anException()] } }),
      'devops-lead',
      names,
      NOW,
    ),
  )
  expect(words.indexOf('⚠ Old version revoked')).toBeGreaterThan(0)
  expect(words.indexOf('⚠ Old version revoked')).toBeLessThan(words.indexOf('1 Inventory review'))
  expect(words).toContain('agentctl tokens revoke evaluator/staging --version 7f3a')
  expect(words).toContain('https://issuer.example/audit/17')
  expect(words).toContain('⚠ 1 exception ·')
})

it('calls an exception by the name that the check had when it was overridden', () => {
  const exceptions = [anException({ title: 'Called so then', step: 'audit-logging' })]
  const state = aFinishedState({ rotation: { ...finished, exceptions } })
  expect(wordsOf(signOffModal(state, 'devops-lead', names, NOW))).toContain(
    '⚠ Called so then (step 5, Audit logging)',
  )
})

describe('the support of an attestation', () => {
  it('is marked when no machine checked it', () => {
    const words = wordsOf(signOffModal(aFinishedState(), 'devops-lead', names, NOW))
    expect(words).toMatch(/☑ Update ticket .* – confirmed, ⚠ not checked by a machine, no evidence link/)
    expect(words).toMatch(/☑ Validate old token .* – confirmed, also verified by machine/)
    expect(words).toContain('⚠ 5 statements confirmed by a person, not checked by a machine')
  })

  it('counts evidence links', () => {
    const evidence = [linkEvidence('https://x.example/1', 'https://x.example/1')]
    const completions = { 'audit-logging': { evidence } }
    const words = wordsOf(
      signOffModal(aFinishedState({ rotation: { ...finished, completions } }), 'devops-lead', names, NOW),
    )
    expect(words).toMatch(/☑ Update ticket .* – confirmed, with evidence links/)
    expect(words).toContain('⚠ 4 statements confirmed by a person, not checked by a machine')
  })

  it('is the machine’s where its checks decided it and nobody was asked', () => {
    const completions = { 'rotation-execution': { attestations: ['tags'] } }
    const shown = (checks: ReturnType<typeof checksOf>) =>
      wordsOf(
        signOffModal(
          aFinishedState({ rotation: { ...finished, completions }, checks }),
          'devops-lead',
          names,
          NOW,
        ),
      )
    expect(shown(checksOf(...STEP_IDS))).toMatch(/✓ Validate old token .* – verified by machine$/m)
    expect(shown(checksOf(...STEP_IDS))).toMatch(/☑ Confirm new secret version .* – confirmed, also verified/)
    const failing = [aCheck('old-version-revoked', 'failed')]
    expect(shown(failing)).toMatch(
      /✓ Validate old token .* – verified by machine then; ⚠ its checks do not pass now/,
    )
  })

  it('is never called verified when the check did not pass', () => {
    const checks = [...checksOf('inventory-review'), aCheck('old-version-revoked', 'failed')]
    const words = wordsOf(signOffModal(aFinishedState({ checks }), 'devops-lead', names, NOW))
    expect(words).toMatch(/☑ Validate old token .* – confirmed, ⚠ the machine check did not pass/)
  })
})

it('says what was done since a rejection, and who has signed', () => {
  const signOffs = [
    aSignOff({
      decision: 'rejected',
      at: minutesIn(60),
      comment: 'Log excerpt missing',
      reopened: ['audit-logging'],
    }),
    aSignOff({ round: 2, at: minutesIn(90), comment: 'Now it is there.' }),
  ]
  const completions = { 'audit-logging': { at: minutesIn(70) } }
  const rotation = { ...finished, round: 2, signOffs, completions }
  const words = wordsOf(signOffModal(aFinishedState({ rotation }), 'ai-ops-owner', names, NOW))
  expect(words).toContain('Rejected in round 1 by DevOps lead (DevOps lead)')
  expect(words).toContain('Completed again: step 5, Audit logging.')
  expect(words).toMatch(/✓ DevOps lead: DevOps lead, .*: Now it is there\./)
})

describe('when there is much to show', () => {
  /** Nearly 3,000 characters in which no word repeats, so that a missing one is seen. */
  const notes = (step: string) =>
    Array.from({ length: 330 }, (_, i) => `${step.slice(0, 4)}${i + 1000}`).join(' ')
  const completions = Object.fromEntries(STEP_IDS.map((step) => [step, { notes: notes(step) }]))

  it('shows all of nine tokens and 3,000 characters of notes in each step', () => {
    const view = signOffModal(
      aFinishedState({ rotation: { ...finished, completions } }),
      'devops-lead',
      names,
      NOW,
    )
    const words = wordsOf(view).replaceAll(/\n> /g, '')
    for (const step of STEP_IDS) expect(words).toContain(notes(step))
    expect(words).not.toContain('Not everything fits')
    expect(viewProblems(view)).toEqual([])
  })

  it('says how much is left out and where it is, when it cannot fit', () => {
    const evidence = Array.from({ length: 20 }, (_, i) =>
      linkEvidence(`l${i}`, `https://x.example/${i}/${'a'.repeat(1900)}`),
    )
    const heavy = Object.fromEntries(STEP_IDS.map((step) => [step, { notes: notes(step), evidence }]))
    const rotation = { ...finished, tokens: manyTokens(900), completions: heavy }
    const view = signOffModal(aFinishedState({ rotation }), 'devops-lead', names, NOW)
    expect(wordsOf(view)).toMatch(
      /⚠ Not everything fits here: [\d,]+ characters in [\d,]+ lines are not shown\. `\/rotation show R42` has the full record/,
    )
    expect(viewProblems(view)).toEqual([])
  })
})

describe('/rotation show', () => {
  it('shows all in the message when it fits', () => {
    const shown = show(aFinishedState(), names, NOW)
    expect(shown.file).toBeNull()
    expect(wordsOf(shown)).toContain('5 Audit logging – done by On-call operator')
  })

  it('has the whole as a file when it does not, and says so', () => {
    const completions = Object.fromEntries(
      STEP_IDS.map((step) => [step, { notes: `${step} <b> & `.repeat(150) }]),
    )
    const shown = show(aFinishedState({ rotation: { ...finished, completions } }), names, NOW)
    expect(wordsOf(shown)).toContain('The rest is in the file `R42.txt`')
    expect(shown.file?.name).toBe('R42.txt')
    const flat = shown.file?.content.replaceAll(/\n> /g, '') ?? ''
    for (const step of STEP_IDS) expect(flat).toContain(`${step} <b> & `.repeat(150).trim())
    expect(flat).toContain('• tool-runner/sandbox: `7f3a1c52` → `91bc77d0`')
    expect(shown.file?.content).not.toMatch(/<!date|&lt;/)
  })
})
