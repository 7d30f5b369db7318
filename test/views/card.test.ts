import { describe, expect, it } from 'vitest'
import { card } from '#views/card'
import { messageProblems } from '../support/block-kit-checker.ts'
import { promoting } from '../support/promotion-builder.ts'
import { actionIdsOf, buttonsOf, menuOf, wordsOf } from '../support/read-view.ts'
import { aRevocation } from '../support/revocation-builder.ts'
import {
  AI_OPS_OWNER,
  aBreakGlass,
  aCheck,
  aFinishedState,
  anApprovedState,
  anException,
  aRun,
  aSignOff,
  aState,
  checksOf,
  DEVOPS_LEAD,
  minutesIn,
  NOW,
  names,
  nineTokens,
  OPERATOR,
} from '../support/rotation-builder.ts'

const ALWAYS = ['escalate', 'handoff', 'abort', 'show-timeline']

const failing = (checks = [aCheck('new-version-current', 'failed'), aCheck('tags-correct', 'unknown')]) =>
  aState({ rotation: { done: 2, tokens: nineTokens(8), runs: [aRun()] }, checks })

describe('whose turn it is', () => {
  it.each([
    ['nothing is done', aState(), 'review the inventory and confirm that the automation is healthy'],
    ['steps 1 and 2 are done', aState({ rotation: { done: 2 } }), 'start the rotation workflow'],
    [
      'the workflow failed',
      aState({ rotation: { done: 2, runs: [aRun({ state: 'failed', conclusion: 'cancelled' })] } }),
      'start the rotation workflow again: the last run failed',
    ],
    [
      'a check failed',
      failing(),
      'fix what did not pass in step 3 (New version is current, Tags are correct)',
    ],
    ['the workflow succeeded', aState({ rotation: { done: 2, runs: [aRun()] } }), 'confirm the new versions'],
  ])('is the owner’s when %s', (_, state, ask) => {
    const { text, blocks } = card(state, names, NOW)
    expect(wordsOf({ text, blocks })).toContain(`Waiting for On-call operator: ${ask}`)
    expect(text).toContain(`waiting for On-call operator: ${ask}`)
  })

  it('is the workflow’s while it runs, with its progress', () => {
    const run = aRun({ state: 'running', conclusion: null })
    const words = wordsOf(
      card(aState({ rotation: { done: 2, tokens: nineTokens(4), runs: [run] } }), names, NOW),
    )
    expect(words).toContain('Waiting for the rotation workflow: 4 of 9 tokens have a new version')
  })

  it('notifies approvers, a group too, and not the owner who started it by hand', () => {
    const approvers = { 'devops-lead': [DEVOPS_LEAD], 'ai-ops-owner': ['S0AIOPS'] }
    const { text, blocks } = card(aFinishedState({ approvers }), names, NOW)
    const shown = JSON.stringify(blocks)
    expect(shown).toContain(`<@${DEVOPS_LEAD}>`)
    expect(shown).toContain('<!subteam^S0AIOPS>')
    expect(shown).not.toContain(`<@${OPERATOR}>`)
    expect(text).not.toContain('<')
  })

  it('notifies the owner of a rotation that the schedule started', () => {
    expect(JSON.stringify(card(aState({ rotation: { trigger: 'cadence' } }), names, NOW).blocks)).toContain(
      `<@${OPERATOR}>`,
    )
  })

  it('is only the missing role’s once one has signed', () => {
    const words = wordsOf(card(aFinishedState({ rotation: { done: 5, signOffs: [aSignOff()] } }), names, NOW))
    expect(words).toMatch(/Waiting for AI Ops owner @U0AIOPSOWNER: review and sign off/)
    expect(words).toContain('DevOps lead ✓ signed by DevOps lead')
    expect(words).toContain('AI Ops owner – not signed')
  })
})

describe('buttons', () => {
  it.each([
    ['both first steps', aState(), ['open-step:inventory-review', 'open-step:automation-health', ...ALWAYS]],
    ['the third step', aState({ rotation: { done: 2 } }), ['open-step:rotation-execution', ...ALWAYS]],
    [
      'a manual step where a check failed',
      failing(),
      ['open-step:rotation-execution', 'record-manual-step', ...ALWAYS],
    ],
    [
      'signing and rejecting',
      aFinishedState(),
      ['sign-off:devops-lead', 'sign-off:ai-ops-owner', 'reject', ...ALWAYS],
    ],
    [
      'the second signature',
      aFinishedState({ rotation: { done: 5, signOffs: [aSignOff()] } }),
      ['sign-off:ai-ops-owner', 'reject', ...ALWAYS],
    ],
    ['nothing once approved', anApprovedState(), []],
    [
      'nothing once aborted',
      aState({ rotation: { status: 'aborted', closedAt: NOW, closedReason: 'x' } }),
      [],
    ],
  ])('offer %s', (_, state, ids) => {
    expect(actionIdsOf(card(state, names, NOW))).toEqual(ids)
  })

  it('carry the rotation’s label, and the first alone is primary', () => {
    const buttons = buttonsOf(card(aState(), names, NOW))
    expect(buttons.map(({ value, style }) => [value, style])).toEqual([
      ['R42', 'primary'],
      ['R42', undefined],
    ])
  })

  it('are options of the menu for what is rare, five at most', () => {
    const rolledForward = { revoker: 'bot' as const, done: 2, tokens: nineTokens(9), runs: [aRun()] }
    const state = aState({
      rotation: rolledForward,
      checks: [aCheck('tags-correct', 'failed')],
      revocations: [aRevocation({ revoker: 'bot', versionId: nineTokens()[0]?.previousVersionId ?? '' })],
    })
    const shown = card(state, names, NOW)
    expect(menuOf(shown).map(({ action_id }) => action_id)).toEqual([
      'record-manual-step',
      'escalate',
      'handoff',
      'rollback',
      'abort',
    ])
    expect(menuOf(shown).map(({ text }) => text?.text)).toContain('Roll back')
    expect(new Set(menuOf(shown).map(({ value }) => value))).toEqual(new Set(['R42']))
    expect(messageProblems(shown)).toEqual([])
  })

  it('are buttons where the menu has no room, and the timeline is left out', () => {
    const revocations = [aRevocation({ revoker: 'bot', stage: 'deployment' })]
    const state = promoting(
      { revoker: 'bot' },
      { revocations, checks: [aCheck('deployed:production', 'failed')] },
    )
    const shown = card(state, names, NOW)
    expect(menuOf(shown)).toHaveLength(5)
    expect(buttonsOf(shown).map(({ action_id }) => action_id)).toContain('record-revocation')
    expect(actionIdsOf(shown)).not.toContain('show-timeline')
  })

  it('escalate an incident in sight, in red, after a question', () => {
    const incident = { trigger: 'credential-anomaly', severity: 'P1' } as const
    const escalate = buttonsOf(card(aState({ rotation: incident }), names, NOW)).find(
      ({ action_id }) => action_id === 'escalate',
    )
    expect(escalate).toMatchObject({ style: 'danger', confirm: { confirm: { text: 'Notify on-call' } } })
  })

  it('offer no manual step once every failed check is overridden', () => {
    const state = failing([aCheck('new-version-current', 'failed')])
    const exceptions = [anException({ check: 'new-version-current' })]
    const carried = { ...state, rotation: { ...state.rotation, exceptions } }
    expect(actionIdsOf(card(carried, names, NOW))).not.toContain('record-manual-step')
  })

  it('offer it again when the exception belongs to an earlier round', () => {
    const state = failing([aCheck('new-version-current', 'failed')])
    const exceptions = [anException({ check: 'new-version-current' })]
    const reopened = { ...state, rotation: { ...state.rotation, exceptions, round: 2 } }
    expect(actionIdsOf(card(reopened, names, NOW))).toContain('record-manual-step')
  })
})

describe('the first line', () => {
  it('is that of an incident and cannot be taken for a routine one', () => {
    const state = aState({ rotation: { trigger: 'credential-anomaly', severity: 'P1' } })
    const { text, blocks } = card(state, names, minutesIn(42))
    const start = 'INCIDENT P1 · credential anomaly · running 00:42 · R42'
    expect(text.startsWith(start)).toBe(true)
    expect(wordsOf({ text, blocks }).startsWith(`:rotating_light: ${start}`)).toBe(true)
    expect(blocks[1]).toEqual({ type: 'divider' })
  })

  it('is that of a drill', () => {
    const { text } = card(
      aState({ rotation: { trigger: 'chaos-drill', severity: 'P3' } }),
      names,
      minutesIn(42),
    )
    expect(text).toMatch(/^DRILL · chaos drill P3 · running 00:42 · R42/)
    expect(text).not.toContain('INCIDENT')
  })

  it('names the scope, and counts when it is a part', () => {
    const head = (tokens: ReturnType<typeof nineTokens>) =>
      wordsOf(card(aState({ rotation: { tokens } }), names, NOW)).split('\n')[0]
    expect(head(nineTokens())).toBe('R42 · Manual rotation · production, staging, sandbox')
    expect(head(nineTokens().slice(0, 4))).toBe('R42 · Manual rotation · 4 tokens in production, staging')
    expect(head(nineTokens().filter((token) => token.agent === 'evaluator'))).toContain(
      'evaluator in production, staging, sandbox',
    )
  })
})

describe('the steps', () => {
  it('say in words what is done, open and waiting', () => {
    const words = wordsOf(
      card(aState({ rotation: { done: 1 }, checks: checksOf('inventory-review') }), names, NOW),
    )
    expect(words).toMatch(/✓ 1 Inventory review · 2 checks passed · On-call operator, 2026/)
    expect(words).toContain('▶ 2 Automation health · to be confirmed by a person')
    expect(words).toMatch(/^· 3 Rotation execution$/m)
  })

  it('show failed and unread checks by name', () => {
    const words = wordsOf(card(failing(), names, NOW))
    expect(words).toContain('✗ failed: “New version is current”')
    expect(words).toContain('? not read: “Tags are correct”')
  })

  it('mark exceptions', () => {
    const state = aFinishedState({ rotation: { done: 5, exceptions: [anException()] } })
    expect(wordsOf(card(state, names, NOW))).toMatch(/⚠ 3 Rotation execution .* · 1 exception · On-call/)
  })
})

it('says who rejected and why until all is signed', () => {
  const signOffs = [
    aSignOff({ decision: 'rejected', comment: 'Log excerpt missing', reopened: ['audit-logging'] }),
  ]
  const words = wordsOf(card(aState({ rotation: { done: 4, round: 2, signOffs } }), names, NOW))
  expect(words).toContain('↩ Rejected by DevOps lead (DevOps lead): Log excerpt missing')
  expect(words).toContain('DevOps lead – not signed')
})

it('says what is not yet delivered and why', () => {
  const undelivered = [{ what: 'log entry', reason: 'GitHub refuses the token' }]
  expect(wordsOf(card(aState({ undelivered }), names, NOW))).toContain(
    'Not yet delivered: log entry: GitHub refuses the token; will retry',
  )
})

it('shows the digest that was signed, whatever the record is now', () => {
  const signOffs = [aSignOff({ digest: 'a'.repeat(64) })]
  const signed = aFinishedState({ rotation: { done: 5, signOffs }, digest: 'b'.repeat(64) })
  expect(wordsOf(card(signed, names, NOW))).toContain('digest aaaaaaaa ·')
  expect(wordsOf(card(aFinishedState({ digest: 'b'.repeat(64) }), names, NOW))).toContain('digest bbbbbbbb ·')
})

it('shows no digest while steps are open: every check changes it, and nobody signs it', () => {
  expect(wordsOf(card(aState({ digest: 'b'.repeat(64) }), names, NOW))).not.toContain('digest')
})

it('ends with how it ended', () => {
  expect(wordsOf(card(anApprovedState(), names, NOW))).toContain(
    'Complete after 2 h 10 min: signed by both roles, old versions revoked',
  )
  const aborted = aState({
    rotation: { status: 'aborted', closedAt: minutesIn(5), closedReason: 'started by mistake' },
  })
  expect(card(aborted, names, NOW).text).toContain('aborted after 5 min: started by mistake')
  expect(wordsOf(card(anApprovedState(), names, NOW))).toContain(`signed by ${names(AI_OPS_OWNER)}`)
})

describe('an anomaly', () => {
  const anomaly = { trigger: 'credential-anomaly', severity: 'P1', disableNowBy: OPERATOR } as const
  const refused = aRevocation({
    environment: 'production',
    revoker: 'bot',
    issuer: 'disabled',
    issuerAt: minutesIn(40),
  })
  const rotated = { ...anomaly, done: 3, tokens: nineTokens(9), runs: [aRun()] }

  it('says that what leaked still works until step 3, whatever was chosen for it', () => {
    const words = wordsOf(card(aState({ rotation: { ...anomaly, tokens: nineTokens(8) } }), names, NOW))
    expect(words).toContain(
      'The version that leaked still works until step 3 has made a new one. It is disabled as',
    )
    expect(wordsOf(card(aState({ rotation: rotated }), names, NOW))).not.toContain('still work')
  })

  it('says first which agents are refused, and offers break-glass in sight', () => {
    const message = card(aState({ rotation: rotated, revocations: [refused] }), names, NOW)
    expect(wordsOf(message)).toContain(
      'Agents in production may be refused until they are deployed with the new tokens (1 old version disabled). Deploy after both signatures, or at once with Break-glass.',
    )
    expect(actionIdsOf(message)).toContain('break-glass')
    expect(menuOf(message).map(({ value }) => value)).not.toContain('break-glass')
    const early = aRevocation({ ...refused, environment: 'staging' })
    expect(wordsOf(card(aState({ rotation: rotated, revocations: [early] }), names, NOW))).toContain(
      'Agents in staging may be refused until they are deployed with the new tokens (1 old version disabled). Deploy them in step 4.',
    )
    const seen = aRevocation({ ...refused, verifiedAt: minutesIn(50) })
    expect(wordsOf(card(aState({ rotation: rotated, revocations: [seen] }), names, NOW))).not.toContain(
      'may be refused',
    )
  })

  it('waits for an approver, then for the deployment, and no longer says that it is blocked', () => {
    const asked = aState({
      rotation: {
        ...rotated,
        breakGlass: aBreakGlass({ acknowledgedBy: null, acknowledgedAt: null, role: null }),
      },
      revocations: [refused],
    })
    expect(wordsOf(card(asked, names, NOW))).toMatch(/Waiting for an approver .*: acknowledge break-glass/)
    const acknowledged = aState({
      rotation: { ...rotated, breakGlass: aBreakGlass() },
      revocations: [refused],
    })
    const message = card(acknowledged, names, NOW)
    expect(wordsOf(message)).toMatch(/Waiting for .*: deploy to production/)
    expect(wordsOf(message)).not.toContain('is blocked')
    expect(buttonsOf(message)[0]).toMatchObject({ action_id: 'deploy:production', style: 'primary' })
    expect(buttonsOf(message).filter(({ style }) => style === 'primary')).toHaveLength(1)
  })
})

it('says that an environment was deployed before the sign-offs, and by whom', () => {
  const deviation = {
    ...{ environment: 'production', at: minutesIn(20), deploymentId: 7, runId: null, url: null },
    ...{ startedBy: 'bystander', startedAt: minutesIn(19) },
  }
  const words = wordsOf(card(aState({ rotation: { done: 3, deviations: [deviation] } }), names, NOW))
  expect(words).toMatch(/production ⚠ deployed before the sign-offs by bystander, .*; not verified yet/)
})
