import { describe, expect, it } from 'vitest'
import type { Forecast } from '#domain/rotation/forecast'
import { forecastBlocks } from '#views/forecast'
import { startModal } from '#views/start-modal'
import { HOSTILE_TEXTS } from '../support/hostile.ts'
import { wordsOf } from '../support/read-view.ts'
import { nineTokens } from '../support/rotation-builder.ts'

const SATURDAY = '2026-11-28T14:00:00.000Z'
const FREEZE = { from: '2026-11-28', to: '2026-11-29', reason: 'Holidays' }

const aForecast = (parts: Partial<Forecast> = {}): Forecast => ({
  signedBy: '2026-11-27T18:00:00.000Z',
  deployments: [{ environment: 'production', from: '2026-11-27T18:00:00.000Z', until: SATURDAY }],
  revokedBy: SATURDAY,
  hazard: null,
  safeStart: null,
  basis: 5,
  ...parts,
})

const said = (parts: Partial<Forecast> = {}) =>
  wordsOf({ text: '', blocks: forecastBlocks(aForecast(parts)) })

describe('what will happen', () => {
  it('is said in three lines with their times, in the form that starts', () => {
    const lines = said().trim().split('\n')
    expect(lines).toEqual([
      'Signatures: probably by 2026-11-27 18:00 UTC (as fast as the last 5 rotations)',
      'Deployment: production as soon as both have signed, before 2026-11-28 14:00 UTC',
      'Old tokens: revoked by 2026-11-28 14:00 UTC, 24 h after the new ones',
    ])
    const form = startModal({
      tokens: nineTokens(),
      open: [],
      environments: ['production'],
      agents: ['evaluator'],
      forecast: aForecast(),
    })
    expect(wordsOf(form)).toContain(lines.join('\n'))
    expect(JSON.stringify(form)).toContain('<!date^1795874400^')
  })

  it('says on what it rests, and what cannot be expected', () => {
    expect(said({ basis: 0 })).toContain('(if they take 4 h; no earlier rotation to go by)')
    expect(said({ basis: 1 })).toContain('(as fast as the last rotation)')
    expect(said({ signedBy: null })).toContain('Signatures: not within a year')
    expect(said({ deployments: [] })).toContain('no deployment in this scope follows the sign-offs')
    const late = { environment: 'production', from: '2026-11-30T09:00:00.000Z', until: SATURDAY }
    expect(said({ deployments: [late] })).toContain(
      'Deployment: production not before 2026-11-30 09:00 UTC\n',
    )
    expect(said({ deployments: [{ ...late, from: null }] })).toContain('production not within a year')
  })

  it('names three environments and counts the others', () => {
    const deployments = ['a', 'b', 'c', 'd', 'e'].map((environment) => ({
      environment,
      from: SATURDAY,
      until: null,
    }))
    expect(said({ deployments })).toContain('c not before 2026-11-28 14:00 UTC and 2 more')
  })
})

describe('a later start that is safer', () => {
  it('is none without a hazard', () => {
    expect(forecastBlocks(aForecast())).toHaveLength(1)
  })

  it.each<[string, Partial<Forecast>, string[]]>([
    [
      'the deadline is on a day without work or window',
      { hazard: { kind: 'deadline-uncovered', environment: 'production', freeze: null } },
      [
        'on a day on which nobody may deploy to production, or works.',
        'No start in the next four weeks is safe',
      ],
    ],
    [
      'it is in a freeze',
      {
        hazard: { kind: 'deadline-uncovered', environment: null, freeze: FREEZE },
        safeStart: '2026-11-30T07:00:00.000Z',
      },
      ['on a day on which nobody works (frozen: Holidays).', 'Next safe start: 2026-11-30 07:00 UTC'],
    ],
    [
      'the time is too short',
      { hazard: { kind: 'too-late', environment: 'production' } },
      ['There is not enough time to deploy to production before the old tokens are revoked'],
    ],
    [
      'nobody can sign',
      { hazard: { kind: 'nobody-signs', roles: ['devops-lead'] } },
      ['Nobody can sign as DevOps lead: the owner cannot sign'],
    ],
  ])('is named when %s', (_, parts, sentences) => {
    for (const sentence of sentences) expect(said(parts)).toContain(sentence)
  })

  it.each(Object.entries(HOSTILE_TEXTS))('is inert and within a section with %s', (_, text) => {
    const hazard = {
      kind: 'deadline-uncovered',
      environment: text,
      freeze: { ...FREEZE, reason: text },
    } as const
    const deployments = Array.from({ length: 12 }, () => ({ environment: text, from: SATURDAY, until: null }))
    const blocks = forecastBlocks(aForecast({ hazard, deployments }))
    expect(JSON.stringify(blocks)).not.toMatch(/<!(channel|here|everyone)|<@U/)
    for (const block of blocks) expect(block.text?.text.length).toBeLessThan(3_000)
  })
})
