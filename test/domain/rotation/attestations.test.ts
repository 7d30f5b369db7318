import { describe, expect, it } from 'vitest'
import {
  attestationsDigest,
  attestationsOf,
  confirm,
  wordedAttestations,
} from '#domain/rotation/attestations'
import { DEFAULT_ENVIRONMENTS, type Environment, testedEnvironment } from '#domain/rotation/environments'
import { Refusal, type RefusalCode } from '#domain/rotation/refusal'
import { type RunbookNames, STEP_IDS, type StepId } from '#domain/rotation/steps'
import { aRotation, RUNBOOK } from '#test/support/rotation-builder'

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

describe('a confirmation', () => {
  const step = 'automation-health'
  const asked = attestationsOf(step, RUNBOOK)
  const shown = attestationsDigest(asked)

  it('is stored with the sentences that were shown, each once', () => {
    const attestations = ['notification', 'last-run', 'last-run']
    const { sentences, ...rest } = confirm(step, { attestations, shown }, RUNBOOK)
    expect(rest).toEqual({ attestations: ['last-run', 'notification'] })
    expect(sentences.notification).toBe(
      'Verify webhook/notification to Slack #flashfusion-ai for rotation completion.',
    )
    expect(Object.keys(sentences)).toEqual(rest.attestations)
  })

  it.each<[RefusalCode, string[], string | null, RunbookNames]>([
    ['attestation-unknown', ['last-run', 'notification', 'ticket'], shown, RUNBOOK],
    ['attestation-unknown', ['last-run', 'notification', '__proto__'], shown, RUNBOOK],
    ['attestation-missing', ['last-run'], shown, RUNBOOK],
    ['attestation-missing', [], shown, RUNBOOK],
    ['attestations-changed', ['last-run', 'notification'], shown, OTHER],
    ['attestations-changed', ['last-run', 'notification'], null, RUNBOOK],
  ])('is refused as %s', (code, attestations, digest, names) => {
    expect(codeOf(() => confirm(step, { attestations, shown: digest }, names))).toBe(code)
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
