import { describe, expect, it } from 'vitest'
import type { Revocation } from '#domain/revocations/revocation'
import { card } from '#views/card'
import { relativeWords } from '#views/deadline'
import { type HomeOptions, home } from '#views/home'
import { oldTokensLine } from '#views/old-tokens'
import { openRevocationLine } from '#views/revocation-lines'
import { signOffModal } from '#views/sign-off-modal'
import { signOffRequest } from '#views/sign-off-request'
import { stepModal } from '#views/step-modal'
import { messageProblems, viewProblems } from '../support/block-kit-checker.ts'
import { HOSTILE_TEXTS } from '../support/hostile.ts'
import { promoting, withEnvironments } from '../support/promotion-builder.ts'
import { actionIdsOf, wordsOf } from '../support/read-view.ts'
import { aRevocation } from '../support/revocation-builder.ts'
import { aFinishedState, minutesIn, NOW, names, OPERATOR } from '../support/rotation-builder.ts'

const HOUR = 60
/** Minutes from the start of the rotation to now. */
const HERE = 120
const inHours = (hours: number) => minutesIn(HERE + hours * HOUR)

const bot = (parts: Partial<Revocation> = {}) =>
  aRevocation({
    revoker: 'bot',
    environment: 'production',
    stage: 'deployment',
    dueAt: inHours(23),
    ...parts,
  })
const disabled = { issuer: 'disabled', issuerAt: NOW, verifiedAt: NOW } as const
const DECISION = ['revoke-now', 'extend-revocation']

describe('how far away a time is', () => {
  it.each([
    [72, 'in 3 d'],
    [23.995, 'in 1 d'],
    [47.9, 'in 1 d 23 h'],
    [2, 'in 2 h'],
    [1.9, 'in 1 h 54 min'],
    [0.5, 'in 30 min'],
    [-0.5, '30 min ago'],
    [-26, '1 d 2 h ago'],
  ])('%s hours: %s', (hours, words) => {
    expect(relativeWords(inHours(hours), NOW)).toBe(words)
  })
})

describe('the line about old tokens on the card', () => {
  it.each<[string, Revocation[], RegExp]>([
    ['needed', [bot()], /^Old tokens: alive until \S+ \S+ UTC \(in 23 h\), production still uses them$/],
    [
      'needed in two environments, the earliest deadline',
      [bot({ dueAt: inHours(20) }), bot({ environment: 'staging' })],
      /alive until .* \(in 20 h\), production and staging still use them$/,
    ],
    [
      'in another state in each environment',
      [
        bot(),
        bot({ ...disabled, stage: 'watch', environment: 'sandbox' }),
        bot({ ...disabled, stage: 'watch', environment: 'staging' }),
      ],
      /^Old tokens: production: alive until .* \(in 23 h\), still used · sandbox and staging: disabled, watched until \S+ \S+ UTC$/,
    ],
    [
      'revoked by the issuer',
      [bot({ revoker: 'workflow', stage: null })],
      /\(in 23 h\), then refused, production/,
    ],
    [
      'verified, and not known to be unused',
      [bot({ stage: 'use', verifiedAt: NOW })],
      /alive until .*, being checked whether anybody in production uses them$/,
    ],
    ['being disabled', [bot({ stage: 'disabling', verifiedAt: NOW })], /alive until .*, being disabled$/],
    [
      'verified, where the issuer revokes',
      [bot({ revoker: 'workflow', stage: null, verifiedAt: NOW })],
      /alive until .* \(in 23 h\), then revoked by their issuer$/,
    ],
    ['watched', [bot({ ...disabled, stage: 'watch' })], /^Old tokens: disabled, watched until \S+ \S+ UTC$/],
    [
      'watched for longer',
      [bot({ ...disabled, issuerAt: minutesIn(HERE - 20), stage: 'watch' })],
      /watched until each agent has authenticated, .* at most$/,
    ],
    [
      'being destroyed',
      [bot({ ...disabled, stage: 'destroying' })],
      /^Old tokens: disabled, being destroyed$/,
    ],
    [
      'to be decided about',
      [bot({ stage: 'person', verifiedAt: NOW, stageNote: 'agents were refused' }), bot({ id: 2 })],
      /⚠ somebody must decide before .* \(in 23 h\): agents were refused$/,
    ],
    [
      'overdue',
      [bot({ dueAt: inHours(-3) }), bot({ id: 2, stage: 'person' })],
      /⚠ overdue since .* \(3 h ago\): 1 old version not revoked, production still uses them$/,
    ],
    ['revoked', [bot({ state: 'proven' }), bot({ state: 'recorded' })], /^Old tokens: revoked$/],
    ['revoked in part', [bot({ state: 'proven' }), bot()], /production still uses them · 1 of 2 revoked$/],
    ['in use again', [bot({ state: 'in-use' })], /in use again, so they must not be revoked/],
  ])('%s', (_, revocations, words) => {
    const line = oldTokensLine(promoting({}, { revocations }), NOW)
    expect(
      wordsOf({ text: '', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: line ?? '' } }] }).trim(),
    ).toMatch(words)
    const shown = card(promoting({}, { revocations }), names, NOW)
    expect(messageProblems(shown)).toEqual([])
    expect(wordsOf(shown)).toContain('Old tokens:')
  })

  it('is absent while there are none', () => {
    expect(wordsOf(card(promoting(), names, NOW))).not.toContain('Old tokens')
  })
})

describe('the buttons to decide about old tokens', () => {
  const offered = (revocations: Revocation[], rotation = {}) =>
    actionIdsOf(card(promoting(rotation, { revocations }), names, NOW)).filter((id) =>
      DECISION.includes(id ?? ''),
    )

  it.each<[string, Partial<Revocation>, boolean]>([
    ['more than two hours before the deadline', { dueAt: inHours(2.1) }, false],
    ['two hours before', { dueAt: inHours(2) }, true],
    ['after it', { dueAt: inHours(-5) }, true],
    ['when somebody must decide', { stage: 'person', verifiedAt: NOW }, true],
    [
      'when it is disabled and watched, near the deadline',
      { ...disabled, stage: 'watch', dueAt: inHours(1) },
      false,
    ],
    ['when it is resolved', { state: 'proven', dueAt: inHours(-5) }, false],
    ['where the issuer revokes by its own date', { revoker: 'workflow', dueAt: inHours(-5) }, false],
  ])('%s', (_, parts, isOffered) => {
    expect(offered([bot(parts)])).toEqual(isOffered ? DECISION : [])
  })

  it('offer no extension of a version that leaked', () => {
    expect(offered([bot({ stage: 'person', leakedIn: 42 })])).toEqual(['revoke-now'])
  })

  it('are there after an abort, which says what it left behind', () => {
    const state = withEnvironments(
      { status: 'aborted' },
      { revocations: [bot({ dueAt: inHours(1) }), bot({ id: 2 })] },
    )
    const shown = card(state, names, NOW)
    expect(wordsOf(shown)).toContain('Left behind by the abort: 2 old versions; the bot still tracks them.')
    expect(actionIdsOf(shown)).toEqual([...DECISION, 'record-revocation'])
    expect(actionIdsOf(card(withEnvironments({}, { revocations: state.revocations }), names, NOW))).toEqual(
      expect.arrayContaining(DECISION),
    )
  })
})

it('the turn says until when to deploy', () => {
  const words = wordsOf(card(promoting({}, { revocations: [bot()] }), names, NOW))
  expect(words).toMatch(/Waiting for .*: deploy to production, before \S+ \S+ UTC/)
  const later = bot({ stage: 'disabling', verifiedAt: NOW })
  expect(wordsOf(card(promoting({}, { revocations: [later] }), names, NOW))).not.toContain(', before')
})

it('steps 3 and 4, the sign-off and its request show the deadline, and other steps do not', () => {
  const alive = /Old tokens: alive until .* \(in 23 h\)/
  const state = withEnvironments({ done: 2 }, { revocations: [bot()] })
  const next = withEnvironments({}, { revocations: [bot()] })
  expect(wordsOf(stepModal(state, 'rotation-execution', names, NOW))).toMatch(alive)
  expect(wordsOf(stepModal(next, 'integration-verification', names, NOW))).toMatch(alive)
  expect(wordsOf(stepModal(next, 'audit-logging', names, NOW))).not.toMatch(alive)
  const done = aFinishedState({ revocations: [bot()] })
  expect(wordsOf(signOffModal(done, { role: 'devops-lead' }, names, NOW))).toMatch(
    /staging · old tokens alive until .* \(in 23 h\)/,
  )
  expect(wordsOf(signOffRequest(done, names, NOW))).toMatch(alive)
})

describe('the App Home', () => {
  const shown = (parts: Partial<HomeOptions>) =>
    home({
      userId: OPERATOR,
      roles: [],
      mayStart: true,
      mayRespond: true,
      rotations: [],
      ages: null,
      recent: [],
      year: [],
      pictures: {},
      names,
      now: NOW,
      ...parts,
    })
  const near = [bot({ dueAt: inHours(1) })]

  it('begins with the deadlines that the person may decide about, with the buttons', () => {
    const view = shown({
      rotations: [promoting({}, { revocations: near })],
      closed: [withEnvironments({ id: 41, status: 'aborted' }, { revocations: near })],
    })
    expect(viewProblems(view)).toEqual([])
    const words = wordsOf(view)
    expect(words).toContain('3 things waiting for you')
    expect(words).toMatch(/R42 .*\nOld tokens: alive until .* \(in 1 h\), production still uses them/)
    expect(actionIdsOf(view).slice(0, 5)).toEqual([...DECISION, ...DECISION, 'deploy:production'])
  })

  it('says what an aborted rotation left without a deployment, to whoever may start another', () => {
    const closed = [withEnvironments({ id: 41, status: 'aborted' }, { revocations: [bot()] })]
    const words = wordsOf(shown({ closed }))
    expect(words).toMatch(/^1 thing waiting for you\n.*R41.*\nOld tokens: alive until .* \(in 23 h\)/)
    expect(words).toContain(
      'It was aborted, so nothing deploys its new tokens: start a rotation of them again',
    )
    expect(actionIdsOf(shown({ closed }))[0]).toBe('open-start')
    expect(wordsOf(shown({ closed, mayStart: false }))).toContain('all caught up')
    const verified = [bot({ stage: 'watch', verifiedAt: NOW })]
    const unneeded = [withEnvironments({ id: 41, status: 'aborted' }, { revocations: verified })]
    expect(wordsOf(shown({ closed: unneeded }))).toContain('all caught up')
  })

  it('shows them to nobody else, and not before they are near', () => {
    const all = { rotations: [promoting({}, { revocations: near })] }
    expect(actionIdsOf(shown({ ...all, mayRespond: false }))).not.toContain('revoke-now')
    expect(actionIdsOf(shown({ rotations: [promoting({}, { revocations: [bot()] })] }))).not.toContain(
      'revoke-now',
    )
  })

  it('shows an overdue version that only a record resolves', () => {
    const rows = [bot({ revoker: 'workflow', stage: null, dueAt: inHours(-1) })]
    const view = shown({ closed: [withEnvironments({ status: 'complete' }, { revocations: rows })] })
    expect(actionIdsOf(view)).toContain('record-revocation')
  })
})

it.each<[string, Partial<Revocation>, string]>([
  ['deployment', {}, 'due .* \\(in 23 h\\); waits for the deployment to production$'],
  ['use', { stage: 'use', verifiedAt: NOW, stageNote: 'one agent used it' }, 'in use: one agent used it$'],
  ['disabling', { stage: 'disabling' }, 'being disabled$'],
  ['watch', { ...disabled, stage: 'watch' }, 'disabled, watched until '],
  ['destroying', { ...disabled, stage: 'destroying' }, 'being destroyed$'],
  ['restoring', { ...disabled, stage: 'restoring' }, 'being accepted again$'],
  ['destroyed', { issuer: 'destroyed', issuerAt: NOW }, 'destroyed$'],
  [
    'person',
    { stage: 'person', stageNote: 'agents were refused' },
    'somebody must decide: agents were refused$',
  ],
  ['no stage yet', { stage: null }, 'waits for the deployment to production$'],
  ['overdue', { dueAt: inHours(-3) }, 'overdue since .* \\(3 h ago\\); waits'],
])('a version’s line in /rotation revocations: %s', (_, parts, words) => {
  expect(openRevocationLine(bot(parts), { watchMinutes: 15, watchHours: 4 }, NOW)).toMatch(new RegExp(words))
})

it.each(Object.entries(HOSTILE_TEXTS))('stays a card whatever the texts are: %s', (_, text) => {
  for (const stage of ['deployment', 'person', 'use', 'watch'] as const) {
    const revocations = Array.from({ length: 12 }, (_, id) =>
      bot({
        id,
        agent: text,
        environment: text,
        versionId: text,
        stage,
        stageNote: text,
        dueAt: inHours(-1),
      }),
    )
    expect(messageProblems(card(promoting({}, { revocations }), names, NOW))).toEqual([])
    const early = revocations.map((row) => ({ ...row, dueAt: inHours(5) }))
    expect(messageProblems(card(promoting({}, { revocations: early }), names, NOW))).toEqual([])
    expect(
      viewProblems(signOffModal(aFinishedState({ revocations: early }), { role: 'devops-lead' }, names, NOW)),
    ).toEqual([])
  }
})
