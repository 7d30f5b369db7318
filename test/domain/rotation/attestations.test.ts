import { describe, expect, it } from 'vitest'
import {
  assertShown,
  attestationsDigest,
  attestationsOf,
  confirm,
  decidedBy,
  verificationOf,
  wordedAttestations,
} from '#domain/rotation/attestations'
import type { CheckDefinition } from '#domain/rotation/checks'
import { DEFAULT_ENVIRONMENTS, type Environment, testedEnvironment } from '#domain/rotation/environments'
import { Refusal, type RefusalCode } from '#domain/rotation/refusal'
import type { CheckResult } from '#domain/rotation/rotation'
import { type RunbookNames, STEP_IDS, type StepId } from '#domain/rotation/steps'
import { EXAMPLE_CHECKS } from '#test/support/example-checks'
import { aCheck, aRotation, RUNBOOK } from '#test/support/rotation-builder'

const OTHER: RunbookNames = {
  channel: '#agents',
  rotateWorkflow: 'rotate.yml',
  smokeEnvironment: 'preview',
  smokeCommand: 'make smoke',
  ticket: 'SEC-12',
}

const words = (step: StepId, names = OTHER): string =>
  attestationsOf(step, names)
    .map((each) => each.sentence)
    .join(' ')

const codeOf = (act: () => unknown): RefusalCode | null => {
  try {
    act()
    return null
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
}

describe('what a step asks to confirm', () => {
  it.each<[StepId, string]>([
    ['automation-health', 'Inspect CI/CD job rotate.yml (or equivalent) for the last run'],
    ['automation-health', 'Verify webhook/notification to Slack #agents for'],
    ['integration-verification', 'Deploy to preview with fresh tokens; run smoke test: make smoke.'],
    ['audit-logging', 'Update ticket SEC-12 with evidence links'],
  ])('names in %s what the config names: %s', (step, part) => {
    expect(words(step)).toContain(part)
  })

  it('names nothing of the runbook where the config has another name', () => {
    const all = STEP_IDS.map((step) => words(step)).join(' ')
    for (const name of Object.values(RUNBOOK)) expect(all).not.toContain(name)
  })

  it('keeps its ids whatever the config names', () => {
    const ids = (names: RunbookNames) =>
      STEP_IDS.flatMap((step) => attestationsOf(step, names).map((each) => each.id))
    expect(ids(OTHER)).toEqual(ids(RUNBOOK))
    expect(new Set(ids(OTHER)).size).toBe(ids(OTHER).length)
  })
})

describe('what machines say of a statement', () => {
  const step = 'rotation-execution'
  const of = (id: string, results: CheckResult[], checks: readonly CheckDefinition[] = EXAMPLE_CHECKS) =>
    verificationOf(step, id, { checks, results })
  const both = [aCheck('new-version-current'), aCheck('tags-correct')]

  it('comes from the results of all its checks, not from their definitions', () => {
    expect(of('tags', both)).toBe('verified')
    expect(of('tags', [])).toBe('not-passed')
    expect(of('tags', both.slice(0, 1))).toBe('not-passed')
    expect(of('tags', [aCheck('new-version-current'), aCheck('tags-correct', 'failed')])).toBe('not-passed')
    expect(of('tags', [aCheck('new-version-current'), aCheck('tags-correct', 'unknown')])).toBe('not-passed')
    expect(of('revocation', both)).toBe('not-passed')
  })

  it('is nothing where no check is about it', () => {
    expect(of('tags', both, [])).toBe('none')
  })

  it('is a part of it where a check passed by inference, or the checks decide only a part', () => {
    const inferred = aCheck('tags-correct', 'passed', { advice: 'Look yourself.' })
    expect(of('tags', [aCheck('new-version-current'), inferred])).toBe('partly')
    const parts = EXAMPLE_CHECKS.map((each) => ({ ...each, partly: true }))
    expect(of('tags', both, parts)).toBe('partly')
    const whole = parts.map((each) => (each.id === 'tags-correct' ? { ...each, partly: false } : each))
    expect(of('tags', both, whole)).toBe('verified')
  })
})

describe('a confirmation', () => {
  const step = 'automation-health'
  const shown = attestationsDigest(attestationsOf(step, RUNBOOK))
  const nothing = { checks: [], results: [] }

  it('is stored with the sentences that were shown, each once', () => {
    const ticked = ['notification', 'last-run', 'last-run']
    const { sentences, ...rest } = confirm(step, ticked, RUNBOOK, nothing)
    expect(rest).toEqual({ attestations: ['last-run', 'notification'] })
    expect(sentences.notification).toBe(
      'Verify webhook/notification to Slack #flashfusion-ai for rotation completion.',
    )
    expect(Object.keys(sentences)).toEqual(rest.attestations)
  })

  it('is not asked for what checks verified, and stored as theirs', () => {
    const results = [aCheck('new-version-current'), aCheck('tags-correct'), aCheck('old-version-revoked')]
    const judged = { checks: EXAMPLE_CHECKS, results }
    const stored = confirm('rotation-execution', [], RUNBOOK, judged)
    expect(stored.attestations).toEqual([])
    expect(Object.keys(stored.sentences)).toEqual(['tags', 'revocation'])
    const both = confirm('rotation-execution', ['tags'], RUNBOOK, judged)
    const step = aRotation({ done: 3, completions: { 'rotation-execution': both } }).steps[2]
    if (!step) throw new TypeError('no step 3')
    expect(['tags', 'revocation', 'other'].map((id) => decidedBy(step, id))).toEqual([
      'person',
      'machine',
      null,
    ])
  })

  it('is refused where a check did not pass and the person did not confirm it either', () => {
    const results = [
      aCheck('new-version-current'),
      aCheck('tags-correct', 'failed'),
      aCheck('old-version-revoked'),
    ]
    const judged = { checks: EXAMPLE_CHECKS, results }
    expect(codeOf(() => confirm('rotation-execution', [], RUNBOOK, judged))).toBe('attestation-missing')
    expect(confirm('rotation-execution', ['tags'], RUNBOOK, judged).attestations).toEqual(['tags'])
  })

  it.each<[RefusalCode, string[], string | null, RunbookNames]>([
    ['attestation-unknown', ['last-run', 'notification', 'ticket'], shown, RUNBOOK],
    ['attestation-unknown', ['last-run', 'notification', '__proto__'], shown, RUNBOOK],
    ['attestation-missing', ['last-run'], shown, RUNBOOK],
    ['attestation-missing', [], shown, RUNBOOK],
    ['attestations-changed', ['last-run', 'notification'], shown, OTHER],
    ['attestations-changed', ['last-run', 'notification'], null, RUNBOOK],
  ])('is refused as %s', (code, attestations, digest, names) => {
    const submit = () => {
      assertShown(step, { attestations, shown: digest }, names)
      return confirm(step, attestations, names, nothing)
    }
    expect(codeOf(submit)).toBe(code)
  })

  it('is shown in its own words after the config has changed, and what is open in those of now', () => {
    const { steps } = aRotation({ done: 2 })
    const sentences = steps.flatMap((each) => wordedAttestations(each, OTHER)).map((each) => each.sentence)
    expect(sentences).toContain(
      'Verify webhook/notification to Slack #flashfusion-ai for rotation completion.',
    )
    expect(sentences).toContain('Update ticket SEC-12 with evidence links (screenshots, log excerpts).')
    expect(sentences.join(' ')).not.toContain('#agents')
  })
})

describe('the environment that step 4 tests', () => {
  const environment = (name: string, parts: Partial<Environment> = {}): Environment => ({
    name,
    deploy: 'before-sign-off',
    takes: 'deploy',
    deployedBy: [],
    smoke: false,
    ...parts,
  })

  it.each<[string, readonly Environment[], string]>([
    ['that of the smoke suite', DEFAULT_ENVIRONMENTS, 'staging'],
    [
      'the first of the smoke suite',
      [environment('a', { smoke: true }), environment('b', { smoke: true })],
      'a',
    ],
    ['else the last before the sign-offs', [environment('a'), environment('b')], 'b'],
    [
      'never one after the sign-offs',
      [environment('live', { deploy: 'after-sign-off', smoke: true })],
      'staging',
    ],
  ])('is %s', (_, environments, expected) => {
    expect(testedEnvironment(environments)).toBe(expected)
  })
})
