import { describe, expect, it } from 'vitest'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import type { FoundRun } from '#domain/rotation/found-runs'
import { tokenLabel } from '#domain/tokens/scope'
import { FRESH, TOKEN } from '#test/support/check-input'
import { aRevocation } from '#test/support/revocation-builder'
import { abortModal } from '#views/abort-modal'
import { adoptRunModal } from '#views/adopt-run-modal'
import { breakGlassModal } from '#views/break-glass'
import { escalateModal } from '#views/escalate-modal'
import { handoffModal } from '#views/handoff-modal'
import { incidentModal } from '#views/incident-modal'
import { manualStepModal } from '#views/manual-step-modal'
import { parseViewMetadata, viewMetadata } from '#views/metadata'
import type { OldVersionOptions } from '#views/old-versions-input'
import { rejectModal } from '#views/reject-modal'
import { rollbackModal } from '#views/rollback'
import { parseScopeValues } from '#views/scope-input'
import { scopeOf, startModal } from '#views/start-modal'
import { inputsOf, wordsOf } from '../support/read-view.ts'
import {
  aCheck,
  aFinishedState,
  aFoundRun,
  aRun,
  aState,
  NOW,
  names,
  nineTokens,
} from '../support/rotation-builder.ts'

const registry = {
  tokens: nineTokens(),
  open: [],
  environments: ['production', 'staging', 'sandbox'],
  agents: ['orchestrator', 'evaluator', 'tool-runner'],
}

const failing = aState({
  rotation: { done: 2, tokens: nineTokens(8), runs: [aRun()] },
  checks: [
    aCheck('workflow-succeeded'),
    aCheck('new-version-current', 'failed'),
    aCheck('tags-correct', 'unknown'),
  ],
})

const withFound = (run: FoundRun) => aState({ rotation: { done: 3, tokens: nineTokens(9) }, found: [run] })
const inStep4 = withFound(aFoundRun())
const oldVersions: OldVersionOptions = {
  revoker: 'bot',
  environments: DEFAULT_ENVIRONMENTS,
  agents: [{ agent: 'evaluator', environment: 'staging', runsOnOlder: false }],
}
const rollable = aState({
  rotation: { revoker: 'bot', tokens: [{ ...TOKEN, newVersionId: FRESH }] },
  revocations: [aRevocation({ revoker: 'bot' })],
})

const ids = (view: Parameters<typeof inputsOf>[0]) => Object.keys(inputsOf(view))
const optionValues = (view: Parameters<typeof inputsOf>[0], id: string): string[] =>
  [...JSON.stringify(inputsOf(view)[id]).matchAll(/"value":"([^"]+)"/g)].map((match) => match[1] ?? '')

describe('the choice of tokens', () => {
  const hintOf = (view: Parameters<typeof inputsOf>[0]) => JSON.stringify(inputsOf(view).scope)

  it('says how to narrow what is selected, also when it was opened for due tokens', () => {
    const due = { reminder: 'overdue', tokens: [{ agent: 'evaluator', environment: 'staging' }] }
    const chosen = scopeOf(due.tokens)
    expect(hintOf(startModal(registry))).toContain('remove \\"Every token\\"')
    expect(hintOf(startModal({ ...registry, due, chosen }))).not.toContain('remove \\"Every token\\"')
    expect(hintOf(startModal({ ...registry, due, chosen }))).toContain(
      'Add or remove environments and agents.',
    )
  })

  it('says what step 4 cannot verify for what is chosen, and only then', () => {
    const production = { ...registry, chosen: ['environment:production'], unverified: ['staging'] }
    for (const view of [startModal(production), incidentModal(production, oldVersions)]) {
      expect(wordsOf(view)).toContain('verifies nothing in staging before the sign-offs')
      expect(optionValues(view, 'scope').at(-1)).toBe('environment:production')
      const blocks = view.blocks.map(({ type, block_id }) => block_id ?? type)
      expect(blocks[blocks.indexOf('scope') + 1]).toBe('context')
    }
    for (const view of [startModal(registry), incidentModal(registry, oldVersions)])
      expect(wordsOf(view)).not.toContain('verifies nothing')
  })

  it('is followed in an incident by what happens to an open rotation, which is preselected', () => {
    const open = [{ label: 'evaluator/staging', rotation: 41 }]
    const choice = (mayRaise: boolean) =>
      inputsOf(incidentModal({ ...registry, open }, oldVersions, { mayRaise }))['open-rotation']?.element
    expect(choice(true)).toMatchObject({ initial_option: { value: 'raise' } })
    expect(choice(false)).toMatchObject({ initial_option: { value: 'supersede' } })
  })
})

describe('every form has the ids that others rely on', () => {
  it.each([
    ['start', startModal(registry), ['scope', 'reason']],
    [
      'incident',
      incidentModal(registry, oldVersions),
      ['trigger', 'severity', 'scope', 'reason', 'evidence'],
    ],
    [
      'incident',
      incidentModal(registry, oldVersions, { trigger: 'policy-hit' }),
      ['trigger', 'severity', 'scope', 'reason', 'evidence'],
    ],
    [
      'incident',
      incidentModal(registry, oldVersions, { trigger: 'credential-anomaly' }),
      ['trigger', 'severity', 'scope', 'old-versions', 'reason', 'evidence'],
    ],
    [
      'incident',
      incidentModal(registry, oldVersions, { trigger: 'chaos-drill' }),
      ['trigger', 'severity', 'scope', 'page', 'reason', 'evidence'],
    ],
    [
      'incident',
      incidentModal({ ...registry, open: [{ label: 'evaluator/staging', rotation: 41 }] }, oldVersions),
      ['trigger', 'severity', 'scope', 'open-rotation', 'reason', 'evidence'],
    ],
    ['manual-step', manualStepModal(failing, NOW), ['check', 'notes', 'commands', 'done', 'proof']],
    ['adopt-run', adoptRunModal(inStep4, 'integration-verification'), ['run', 'reason']],
    [
      'adopt-run',
      adoptRunModal(withFound(aFoundRun({ environment: null })), 'integration-verification'),
      ['run', 'environment', 'reason'],
    ],
    ['reject', rejectModal(aFinishedState()), ['reason', 'steps']],
    ['abort', abortModal(failing), ['reason']],
    ['escalate', escalateModal(failing), ['reason']],
    ['break-glass', breakGlassModal(failing), ['reason']],
    ['rollback', rollbackModal(rollable), ['versions', 'reason']],
    ['handoff', handoffModal(failing, names), ['owner', 'reason']],
  ])('%s', (callbackId, view, blockIds) => {
    expect(view.callback_id).toBe(callbackId)
    expect(ids(view)).toEqual(blockIds)
    for (const [id, block] of Object.entries(inputsOf(view))) expect(block.element?.action_id).toBe(id)
  })
})

describe('start', () => {
  it('offers everything first, then environments and agents in the usual order', () => {
    const values = optionValues(startModal(registry), 'scope')
    expect(values.slice(0, -1)).toEqual([
      'all',
      'environment:production',
      'environment:staging',
      'environment:sandbox',
      'agent:orchestrator',
      'agent:evaluator',
      'agent:tool-runner',
    ])
    expect(values.at(-1), 'the initial choice').toBe('all')
  })

  it('warns of tokens in an open rotation by name and number', () => {
    const open = [
      { label: 'evaluator/staging', rotation: 41 },
      { label: 'evaluator/sandbox', rotation: 41 },
    ]
    const words = wordsOf(startModal({ ...registry, open }))
    expect(words).toContain('2 tokens already in an open rotation.')
    expect(words).toContain('• R41: evaluator/staging and evaluator/sandbox')
    expect(wordsOf(startModal(registry))).not.toContain('already in an open rotation')
  })

  it('says in one line, with a link, that a rotation covers every token', () => {
    const permalink = 'https://chat.example/R4'
    const open = registry.tokens.map((token) => ({
      label: `${token.agent}/${token.environment}`,
      rotation: 4,
      permalink,
    }))
    const words = wordsOf(startModal({ ...registry, open }))
    expect(words).toContain(
      `⚠ R4 already covers all ${registry.tokens.length} tokens. Open R4 (${permalink})`,
    )
    expect(words).not.toContain('Leave them out')
  })

  it.each([1, 3])('offers no form that could only be refused: all tokens in %s rotation(s)', (rotations) => {
    const open = registry.tokens.map((token, index) => ({
      label: tokenLabel(token),
      rotation: index % rotations,
    }))
    const view = startModal({ ...registry, open })
    expect(view.submit).toBeUndefined()
    expect(ids(view)).toEqual([])
    expect(wordsOf(view)).toContain('finish or abort that one first')
    expect(wordsOf(view)).toContain(rotations === 1 ? 'R0 already covers all' : 'None is left to start with.')
    expect(startModal({ ...registry, open: open.slice(1) }).submit).toBeDefined()
    expect(incidentModal({ ...registry, open }, oldVersions).submit).toBeDefined()
  })

  it('says when names have no room in the list', () => {
    const environments = Array.from({ length: 130 }, (_, i) => `region-${i}`)
    expect(wordsOf(startModal({ ...registry, environments }))).toContain('30 names not shown in this list.')
  })

  it('begins with a reason that was given', () => {
    expect(JSON.stringify(startModal({ ...registry, reason: 'Before release 7' }))).toContain(
      '"initial_value":"Before release 7"',
    )
  })
})

it.each([
  [['all'], [], []],
  [['all', 'agent:evaluator'], [], []],
  [[], [], []],
  [['environment:staging', 'environment:sandbox'], ['staging', 'sandbox'], []],
  [['environment:staging', 'agent:tool-runner'], ['staging'], ['tool-runner']],
])('the scope %j means environments %j and agents %j', (values, environments, agents) => {
  expect(parseScopeValues(values)).toEqual({ environments, agents })
})

describe('a manual step', () => {
  it('is offered for failed and unread checks only', () => {
    expect(optionValues(manualStepModal(failing, NOW), 'check')).toEqual([
      'new-version-current',
      'tags-correct',
    ])
  })

  it('says so when there is nothing to override', () => {
    const view = manualStepModal(aFinishedState(), NOW)
    expect(view.submit).toBeUndefined()
    expect(wordsOf(view)).toContain('There is nothing to override.')
  })
})

it('abort says what it does not undo', () => {
  expect(wordsOf(abortModal(failing))).toContain(
    '8 of 9 tokens have a new version. Aborting does not undo that.',
  )
})

it('handoff begins with the person who was named', () => {
  expect(JSON.stringify(handoffModal(failing, names, 'U0OTHER'))).toContain('"initial_user":"U0OTHER"')
})

describe('what a modal carries', () => {
  it('comes back as it was', () => {
    const role = 'devops-lead' as const
    expect(parseViewMetadata(viewMetadata(42, { role, digest: 'abc' }))).toEqual({
      rotation: 'R42',
      role,
      digest: 'abc',
    })
  })

  it.each([undefined, '', 'not json', '[]', 'null', '{"rotation":42}'])('is null for %j', (text) => {
    expect(parseViewMetadata(text)).toBeNull()
  })

  it('drops a role that there is not', () => {
    expect(parseViewMetadata('{"rotation":"R1","role":"boss"}')).toEqual({ rotation: 'R1' })
  })
})
