import { describe, expect, it } from 'vitest'
import type { RotationEvent } from '#domain/rotation/events'
import { linkEvidence } from '#domain/rotation/evidence'
import type { Exception, RotationToken } from '#domain/rotation/rotation'
import { STEP_IDS } from '#domain/rotation/steps'
import { parseViewMetadata } from '#views/metadata'
import { show } from '#views/show'
import { type SignOffForm, signOffModal } from '#views/sign-off-modal'
import type { RotationState } from '#views/state'
import { viewProblems } from '../support/block-kit-checker.ts'
import { OLD } from '../support/check-input.ts'
import { inputsOf, wordsOf } from '../support/read-view.ts'
import { aRevocation } from '../support/revocation-builder.ts'
import {
  AI_OPS_OWNER,
  aBreakGlass,
  aCheck,
  aFinishedState,
  anException,
  aRun,
  aSignOff,
  checksOf,
  DEVOPS_LEAD,
  manyTokens,
  minutesIn,
  NOW,
  names,
  nineTokens,
  OPERATOR,
  type RotationParts,
} from '../support/rotation-builder.ts'

const finished = { done: 5, tokens: nineTokens(9), runs: [aRun()] }

const lead = { role: 'devops-lead' } as const
const shown = (
  state: RotationState = aFinishedState(),
  form: Partial<SignOffForm> = {},
  whoIsWho = names,
): string => wordsOf(signOffModal(state, { ...lead, ...form }, whoIsWho, NOW))

it('says who signs what, and carries the digest that was shown', () => {
  const state = aFinishedState()
  const view = signOffModal(state, { role: 'ai-ops-owner', delegateOf: DEVOPS_LEAD }, names, NOW)
  expect(view.callback_id).toBe('sign-off')
  expect(view.submit?.text).toBe('Sign as AI Ops owner')
  expect(parseViewMetadata(view.private_metadata)).toEqual({
    rotation: 'R42',
    role: 'ai-ops-owner',
    digest: state.digest,
  })
  expect(wordsOf(view)).toContain('You sign it as AI Ops owner as delegate of DevOps lead.')
  expect(inputsOf(view).comment?.optional).toBe(true)
})

describe('above the submit, what a signature causes', () => {
  const staging = nineTokens(9).filter(({ environment }) => environment === 'staging')
  const signed = [aSignOff({ role: 'ai-ops-owner', by: AI_OPS_OWNER })]
  const anomaly = { trigger: 'credential-anomaly', severity: 'P1' } as const
  const both = 'When the AI Ops owner has signed as well, '
  const revoked = 'old versions there are revoked once agents run on the new tokens.'
  it.each<[string, RotationParts, string]>([
    ['the first of two', {}, `${both}production may be deployed to; ${revoked}`],
    [
      'the last one',
      { signOffs: signed },
      `Yours is the last signature: with it, production may be deployed to; ${revoked}`,
    ],
    [
      'old versions that the issuer revokes',
      { revoker: 'workflow' },
      `${both}production may be deployed to; the revocation of old versions does not wait for that.`,
    ],
    ['an incident', anomaly, `${both}production is no longer blocked and may be deployed to; ${revoked}`],
    [
      'an incident whose old versions are disabled now',
      { ...anomaly, disableNowBy: OPERATOR },
      `${both}production is no longer blocked and may be deployed to; the revocation of old versions does not wait for that.`,
    ],
    [
      'an incident after break-glass',
      { ...anomaly, breakGlass: aBreakGlass() },
      `${both}production may be deployed to; ${revoked}`,
    ],
    [
      'nothing to deploy',
      { tokens: staging },
      `${both}nothing is left to deploy: the rotation is complete as soon as its old versions are revoked.`,
    ],
    [
      'everything deployed before',
      { ...anomaly, breakGlass: aBreakGlass(), promoted: [{ environment: 'production', at: NOW }] },
      `${both}nothing is left to deploy: the rotation is complete as soon as its old versions are revoked.`,
    ],
  ])('%s', (_, parts, words) => {
    const state = aFinishedState({ rotation: { ...finished, revoker: 'bot', ...parts } })
    expect(shown(state)).toContain(`You sign it as DevOps lead. ${words}`)
  })
})

it('is one screen: a line for each step and each token, without whole ids and without texts of the record', () => {
  const revocations = nineTokens().map((token, index) =>
    aRevocation({ ...token, id: index, versionId: OLD, secret: token.secret }),
  )
  const words = shown(aFinishedState({ revocations }))
  expect(words).toContain(
    '✓ No exceptions · ✓ 7 checks passed · 5 statements confirmed by a person, without evidence',
  )
  expect(words).toContain('✓ 1 Inventory review · 2 checks · On-call operator, 2026-11-23 09:12 UTC')
  expect(words).toContain('✓ 5 Audit logging · 1 check · 1 by a person · On-call operator')
  expect(words).toMatch(/^staging · old tokens alive until 2026-11-24 09:32 UTC \(in 22 h\)$/m)
  expect(words).toMatch(/^evaluator `7f3a1c52` → `91bc77d0`$/m)
  expect(words).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-|[0-9a-f]{64}/)
  expect(words.split('\n').length).toBeLessThanOrEqual(25)
})

it('begins with exceptions, each in one line, and counts those without proof', () => {
  const exceptions = [
    anException(),
    anException({
      check: 'tags-correct',
      proof: [],
      what: `Set the tags by hand. ${'Looked at each. '.repeat(30)}`,
    }),
  ]
  const words = shown(aFinishedState({ rotation: { ...finished, exceptions } }))
  expect(words).toContain(
    '⚠ 2 exceptions, 1 without proof\n⚠ Old version revoked (step 3, Rotation execution)',
  )
  expect(words).toMatch(
    /⚠ Old version revoked .* overridden with 1 proof link by On-call operator, .*: Revoked the/,
  )
  expect(words).toMatch(/⚠ Tags are correct .* overridden with no proof by .*: Set the tags .* Looked at…$/m)
  expect(words).not.toContain('agentctl')
  expect(words).not.toContain('No exceptions')
  expect(words.indexOf('2 exceptions')).toBeLessThan(words.indexOf('1 Inventory review'))
})

it('calls an exception by the name that the check had when it was overridden, once', () => {
  const exception = anException({ title: 'Called so then', step: 'audit-logging' })
  const state = aFinishedState({ rotation: { ...finished, exceptions: [exception, exception] } })
  expect(shown(state)).toContain('⚠ 1 exception\n⚠ Called so then (step 5, Audit logging)')
})

it('shows a check that did not pass and that nobody overrode', () => {
  const checks = [...checksOf('inventory-review'), aCheck('tags-correct', 'failed')]
  expect(shown(aFinishedState({ checks }))).toContain(
    '✗ Tags are correct failed: evaluator/staging is not as it should be.',
  )
})

describe('what a person confirmed', () => {
  it('is counted where no machine checked it, and where there is evidence', () => {
    const evidence = [linkEvidence('https://x.example/1', 'https://x.example/1')]
    const completions = { 'audit-logging': { evidence } }
    const words = shown(aFinishedState({ rotation: { ...finished, completions } }))
    expect(words).toContain('5 statements confirmed by a person, 4 of them without evidence')
  })

  it('is counted where the machine check did not pass', () => {
    const checks = [...checksOf(...STEP_IDS).filter(({ check }) => check !== 'old-version-revoked')]
    const words = shown(aFinishedState({ checks }))
    expect(words).toContain('6 of 7 checks passed · 6 statements confirmed by a person')
    expect(words).toContain('⚠ 3 Rotation execution · 3 of 4 checks · 1 by a person')
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
  const words = shown(aFinishedState({ rotation }), { role: 'ai-ops-owner' })
  expect(words).toContain('Rejected in round 1 by DevOps lead (DevOps lead)')
  expect(words).toContain('Completed again since: step 5, Audit logging')
  expect(words).toMatch(/✓ DevOps lead signed: DevOps lead, .*: Now it is there\./)
})

describe('since a person looked last', () => {
  const at = minutesIn(90)
  const event = (data: Partial<RotationEvent>) =>
    ({ rotationId: 42, actor: OPERATOR, at: minutesIn(95), ...data }) as RotationEvent
  const look = (isSameRecord: boolean, ...events: RotationEvent[]) =>
    shown(aFinishedState(), { lastLook: { at, isSameRecord, events } })

  it('says what changed, and leaves out what goes on by itself', () => {
    const words = look(
      false,
      event({ type: 'step-completed', data: { step: 'audit-logging' } as never }),
      event({ type: 'checks-run', data: {} as never }),
      event({ type: 'signed-off', actor: DEVOPS_LEAD, data: { role: 'devops-lead' } as never }),
    )
    expect(words).toMatch(
      /Since you last looked \(2026-11-23 10:32 UTC\):\n• step 5, Audit logging: completed by On-call/,
    )
    expect(words).toContain('• signed by DevOps lead as DevOps lead')
    expect(words.match(/^• /gm)).toHaveLength(2)
  })

  it('says that nothing changed, and nothing to one who looks for the first time', () => {
    expect(look(true)).toContain('(2026-11-23 10:32 UTC): nothing changed')
    expect(look(false)).toContain('the record changed')
    expect(shown()).not.toContain('last looked')
  })
})

it('links the full record, or says where it will be', () => {
  const record = { json: 'https://files.example/1.json', page: 'https://files.example/1.html' }
  const state = aFinishedState()
  expect(JSON.stringify(signOffModal(state, { ...lead, record }, names, NOW))).toContain(
    `<https://files.example/1.html|page to read>, <https://files.example/1.json|file that is signed> · digest \`${state.digest.slice(0, 8)}\``,
  )
  expect(shown()).toContain('Full record: files in the thread')
})

describe('when there is much to show', () => {
  it('lists the worst tokens first, and counts the others', () => {
    const tokens = manyTokens(900).map((token, index) =>
      index === 500 ? token : { ...token, newVersionId: '91bc77d0', newVersionAt: minutesIn(30) },
    )
    const view = signOffModal(aFinishedState({ rotation: { ...finished, tokens } }), lead, names, NOW)
    const words = wordsOf(view)
    expect(words).toContain('⚠ region-1 · no new version\nagent-200 ')
    expect(words).toContain('• and 880 more tokens: in the full record')
    expect(viewProblems(view)).toEqual([])
  })

  it('cuts no word, and shows long names whole', () => {
    const agent = `agent-${'x'.repeat(74)}`
    const environment = `region-${'y'.repeat(73)}`
    const tokens = [{ ...nineTokens(9)[0], agent, environment } as RotationToken]
    const reason = `${'wegen der Jahresabschlussprüfung '.repeat(20)}ENDE`
    const words = shown(aFinishedState({ rotation: { ...finished, tokens, reason } }))
    expect(words).toContain('R42 · Manual rotation · 1 token in 1 environment')
    for (const name of [agent, environment]) expect(words).toContain(name)
    expect(words).toMatch(/Reason: (wegen der Jahresabschlussprüfung )+wegen der…$/m)
  })

  it('counts exceptions beyond twenty lines', () => {
    const exceptions = Array.from({ length: 40 }, (_, index) => ({
      ...anException(),
      check: `deployed:env-${index}`,
    })) as Exception[]
    const view = signOffModal(aFinishedState({ rotation: { ...finished, exceptions } }), lead, names, NOW)
    expect(wordsOf(view)).toContain('⚠ 40 exceptions\n')
    expect(wordsOf(view)).toContain('⚠ and 21 more: in the full record')
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
