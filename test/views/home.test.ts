import { describe, expect, it } from 'vitest'
import type { Instant } from '#domain/rotation/rotation'
import { rotationYear } from '#domain/rotation/rotation-year'
import { type HomeOptions, home } from '#views/home'
import { rotationYearPicture } from '#views/pictures/rotation-year'
import { viewProblems } from '../support/block-kit-checker.ts'
import { actionIdsOf, buttonsOf, wordsOf } from '../support/read-view.ts'
import {
  AI_OPS_OWNER,
  aFinishedState,
  anApprovedState,
  anEscalation,
  aSignOff,
  aState,
  aTokenAge,
  DEVOPS_LEAD,
  manyTokens,
  NOW,
  names,
  nineAges,
  OPERATOR,
} from '../support/rotation-builder.ts'

const reading = (
  tokens: ReturnType<typeof nineAges>,
  problem: string | null = null,
  readAt: Instant = NOW,
) => ({
  tokens,
  problem,
  readAt,
})

const homeWith = (parts: Partial<HomeOptions> = {}) =>
  home({
    userId: OPERATOR,
    roles: [],
    mayStart: true,
    mayRespond: true,
    rotations: [],
    ages: reading(nineAges()),
    recent: [],
    year: rotationYear([], NOW),
    pictures: {},
    names,
    now: NOW,
    ...parts,
  })

const drawn = homeWith
const words = (parts: Partial<HomeOptions> = {}) => wordsOf(drawn(parts))

describe('what waits for a person', () => {
  // No token is overdue, unless a test says so.
  const fresh = nineAges().map((token) => ({ ...token, ageDays: 12 }))
  const drawn = (parts: Partial<HomeOptions> = {}) => homeWith({ ages: reading(fresh), ...parts })
  const words = (parts: Partial<HomeOptions> = {}) => wordsOf(drawn(parts))

  it('comes first for the owner, with a button that opens the step', () => {
    const rotations = [aState({ rotation: { done: 2 } })]
    expect(words({ rotations })).toMatch(/^1 thing waiting for you\nR42 .*\nStart the rotation workflow/)
    const [first] = buttonsOf(drawn({ rotations }))
    expect(first).toMatchObject({ action_id: 'open-step:rotation-execution', value: 'R42', style: 'primary' })
    expect(words({ rotations, userId: DEVOPS_LEAD })).toMatch(/^You're all caught up/)
  })

  it('offers each of two steps that can be done in either order', () => {
    expect(actionIdsOf(drawn({ rotations: [aState()] })).slice(0, 2)).toEqual([
      'open-step:inventory-review',
      'open-step:automation-health',
    ])
  })

  it('asks for a signature only those who may give it now', () => {
    const rotations = [aFinishedState()]
    const owner = { userId: AI_OPS_OWNER, roles: ['ai-ops-owner'] } satisfies Partial<HomeOptions>
    expect(words({ rotations, ...owner })).toContain('sign off as AI Ops owner')
    expect(actionIdsOf(drawn({ rotations, ...owner }))[0]).toBe('sign-off:ai-ops-owner')
    expect(words({ rotations })).toMatch(/^You're all caught up/)
    const signed = [
      aFinishedState({
        rotation: { done: 5, signOffs: [aSignOff({ role: 'ai-ops-owner', by: AI_OPS_OWNER })] },
      }),
    ]
    expect(words({ rotations: signed, ...owner })).toMatch(/^You're all caught up/)
    expect(words({ rotations: signed, userId: DEVOPS_LEAD, roles: ['devops-lead'] })).toContain(
      'sign off as DevOps lead',
    )
  })

  it('asks a delegate, and says in whose place', () => {
    const delegation = { role: 'devops-lead', from: DEVOPS_LEAD, to: 'U0BYSTANDER', at: NOW } as const
    const lent = { ...delegation, lastDay: '2026-12-03', until: '2026-12-04T00:00:00.000Z' }
    const parts = {
      userId: 'U0BYSTANDER',
      roles: ['devops-lead'],
      delegations: [lent],
    } satisfies Partial<HomeOptions>
    const view = drawn({ rotations: [aFinishedState()], ...parts })
    expect(viewProblems(view)).toEqual([])
    expect(wordsOf(view)).toContain('sign off as DevOps lead as delegate of DevOps lead')
    expect(actionIdsOf(view)[0]).toBe('sign-off:devops-lead')
    expect(words(parts)).toMatch(
      /^You're all caught up\nYou are the delegate of DevOps lead as DevOps lead until the end of 2026-12-03/,
    )
    expect(words()).not.toContain('delegate of')
  })

  it('does not ask an approver who worked on it', () => {
    expect(words({ rotations: [aFinishedState()], roles: ['devops-lead'] })).toMatch(/^You're all caught up/)
  })

  it('offers a start and sharing to who may operate, and an incident to who may respond', () => {
    expect(actionIdsOf(drawn())).toEqual(['open-start', 'open-incident', 'share-status'])
    expect(actionIdsOf(drawn({ mayStart: false }))).toEqual(['open-incident'])
    expect(actionIdsOf(drawn({ mayStart: false, mayRespond: false }))).toEqual([])
  })

  it('offers to start what is overdue and in no rotation, to who may start one', () => {
    const ages = reading(nineAges())
    const view = drawn({ ages })
    expect(wordsOf(view)).toMatch(
      /^1 thing waiting for you\n⚠ 1 token overdue: orchestrator\/sandbox 1 d overdue \(age 31 d\) · no rotation is open for it/,
    )
    expect(buttonsOf(view)[0]).toMatchObject({ action_id: 'start-due', value: 'overdue', style: 'primary' })
    expect(words({ ages, mayStart: false })).toMatch(/^You're all caught up/)
    const state = aState()
    const tokens = state.rotation.tokens.map((token, index) => ({
      ...token,
      secret: ages.tokens[index]?.secret ?? '',
    }))
    const taking = { ...state, rotation: { ...state.rotation, tokens } }
    expect(words({ ages, rotations: [taking] })).not.toContain('no rotation is open for it')
  })

  it('begins with the calls that nobody has acknowledged', () => {
    const state = aState()
    const call = anEscalation({ rotationId: state.rotation.id, reason: 'the workflow failed' })
    const parts = { rotations: [state], escalations: [call] }
    const view = drawn(parts)
    expect(viewProblems(view)).toEqual([])
    expect(wordsOf(view)).toMatch(/^2 things waiting for you\n☎ R42 needs DevOps on-call now/)
    expect(buttonsOf(view)[0]).toMatchObject({ action_id: 'acknowledge', value: 'E17', style: 'primary' })
    expect(words({ ...parts, mayRespond: false })).not.toContain('needs DevOps on-call')
    const acknowledged = { ...call, acknowledgedAt: NOW, acknowledgedBy: OPERATOR }
    expect(words({ ...parts, escalations: [acknowledged] })).not.toContain('needs DevOps on-call')
  })

  it('counts what has no room, and has one primary button all the same', () => {
    const rotations = Array.from({ length: 40 }, (_, index) => {
      const state = aState({ rotation: { done: 2 } })
      return { ...state, rotation: { ...state.rotation, id: index + 1 } }
    })
    const view = drawn({ rotations })
    expect(viewProblems(view)).toEqual([])
    expect(wordsOf(view)).toMatch(/^40 things waiting for you/)
    expect(wordsOf(view)).toContain('and 30 more things')
  })
})

describe('ages on the App Home', () => {
  it('says that they are still to be read', () => {
    expect(words({ ages: null })).toContain('have not been read yet')
  })

  it('shows each of nine tokens, and the cadence that they are held against', () => {
    const text = words()
    expect(text).toMatch(/sandbox +1 d overdue \(age 31 d\) +age 12 d +age 12 d/)
    expect(text).toContain('Cadence: 30 days')
    expect(text).not.toContain('waiting for On-call operator')
  })

  it('names who has another cadence', () => {
    const [first, ...rest] = nineAges()
    expect(words({ ages: reading([{ ...first!, cadenceDays: 14 }, ...rest]) })).toContain(
      'Cadence: 30 days; 14 days for orchestrator/production',
    )
  })

  it('groups 900 tokens by environment, names the agents that need somebody, and fits', () => {
    const tokens = manyTokens(900).map((token, index) =>
      aTokenAge(token, index === 450 ? 90 : index === 3 ? null : index % 25),
    )
    const view = drawn({ ages: reading(tokens) })
    expect(viewProblems(view)).toEqual([])
    expect(view.blocks.length).toBeLessThanOrEqual(100)
    expect(wordsOf(view)).toMatch(
      /region-1 · 300 tokens · ⚠ 1 overdue: agent-150 60 d overdue \(age 90 d\) · .*ok, the oldest/,
    )
    expect(wordsOf(view)).toMatch(/region-0 · 300 tokens · ⚠ 1 not read: agent-3/)
  })

  it.each([0, 1, 9, 900])('can be published with %i tokens in as many environments', (count) => {
    const tokens = Array.from({ length: count }, (_, index) =>
      aTokenAge({ agent: `agent-${index}`, environment: `place-${index}` }, index % 40),
    )
    expect(viewProblems(drawn({ ages: reading(tokens) }))).toEqual([])
  })

  it('says why when they could not be read', () => {
    expect(words({ ages: reading([], 'the registry does not parse') })).toContain(
      'Token ages could not be read: the registry does not parse',
    )
  })
})

describe('pictures on the App Home', () => {
  const recent = [{ rotation: anApprovedState().rotation, permalink: null }]
  const year = rotationYear(
    [
      { id: 1, trigger: 'cadence', status: 'complete', closedAt: '2026-11-02T00:00:00.000Z', daysLate: -3 },
      {
        id: 2,
        trigger: 'policy-hit',
        status: 'complete',
        closedAt: '2026-10-02T00:00:00.000Z',
        daysLate: -3,
      },
    ],
    NOW,
  )

  it('are shown when Slack has them, with words that say the same when it has not', () => {
    const pictures = {
      'token-ages': { fileId: 'F0123456789', alt: 'ages' },
      'rotation-year': { fileId: 'F0123456780', alt: 'year' },
    }
    const images = drawn({ recent, year, pictures }).blocks.filter((block) => block.type === 'image')
    expect(images).toMatchObject([
      { slack_file: { id: 'F0123456789' }, alt_text: 'ages' },
      { slack_file: { id: 'F0123456780' }, alt_text: 'year' },
    ])
    const without = drawn({ recent, year })
    expect(without.blocks.some((block) => block.type === 'image')).toBe(false)
    expect(wordsOf(without)).toContain('Dec 2025 – Nov 2026: 1 on time and 1 incident.')
  })

  it('say why a rotation was late, once', () => {
    const late = rotationYear(
      [{ id: 1, trigger: 'cadence', status: 'complete', closedAt: '2026-11-02T00:00:00.000Z', daysLate: 3 }],
      NOW,
    )
    const picture = rotationYearPicture(late)
    const said = 'R1 late: a token was 3 days overdue'
    expect(picture?.svg).toContain(said)
    const pictures = { 'rotation-year': { fileId: 'F0123456780', alt: picture?.alt ?? '' } }
    expect(wordsOf(drawn({ recent, year: late, pictures }))).not.toContain(said)
    expect(wordsOf(drawn({ recent, year: late }))).toContain(said)
  })
})
