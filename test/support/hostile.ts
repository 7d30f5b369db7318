import { definitionsFor } from '#checks/index'
import { excerptEvidence, linkEvidence } from '#domain/rotation/evidence'
import type { CheckState, Evidence, RotationToken } from '#domain/rotation/rotation'
import { STEP_IDS } from '#domain/rotation/steps'
import type { RotationState } from '#views/state'
import { EXAMPLE_CHECKS } from './example-checks.ts'
import { aRevocation } from './revocation-builder.ts'
import {
  AI_OPS_OWNER,
  aBreakGlass,
  aCheck,
  aFinishedState,
  aFoundRun,
  anException,
  aRotation,
  aRun,
  aSignOff,
  aState,
  aToken,
  manyTokens,
  minutesIn,
  NOW,
  nineTokens,
  PRODUCTION,
} from './rotation-builder.ts'

const long = (text: string): string => text.repeat(Math.ceil(3200 / text.length))

/** Texts from people or other systems that can break a message. */
export const HOSTILE_TEXTS: Record<string, string> = {
  empty: '',
  blank: ' \n\t ',
  'a broadcast': '<!channel> <!here> @channel @everyone',
  'a mention': '<@U0OPERATOR> <!subteam^S0DEVOPSONCALL> <#C0GENERAL>',
  'a link in disguise': '<https://evil.example|https://good.example>',
  'table marks': 'a | b || c\n|---|\n',
  fences: 'before ``` inside ` and ```` after',
  'one fence': '```',
  formatting: '*bold* _italic_ ~strike~ >quote\n> quote',
  newlines: 'line\n'.repeat(800),
  'carriage returns': 'a\r\nb\rc',
  'control characters': 'a\u0000b\u0007c\u001b[31md',
  'right to left': 'שלום עולם مرحبا بالعالم',
  'direction overrides': 'user\u202Etxt.exe \u2066isolate\u2067 \u2069\u2069 pop',
  emoji: '🔑👩🏽‍🚀🏳️‍🌈 done',
  'long and plain': long('A sentence that somebody pasted. '),
  'long without a blank': long('x'),
  'long ampersands': long('&'),
  'long angle brackets': long('<>'),
  'long emoji': long('👩🏽‍🚀'),
  'long right to left': long('שלום עולם '),
  'long broadcasts': long('<!channel> '),
  'long lines of backticks': long('`code`\n```\n'),
  entities: '&lt;!channel&gt; &amp;amp; &#60;',
  'a lone surrogate': 'half \uD83D of a key',
}

const LONG_URL = `https://evidence.example/${'a%3Cb'.repeat(390)}?q=${'&'.repeat(20)}`

const hostileEvidence = (text: string): Evidence[] => [
  linkEvidence(text, 'https://x.example/a?b=1&c=<d>|e'),
  linkEvidence(LONG_URL, LONG_URL),
  linkEvidence('not https', 'javascript:alert(1)'),
  excerptEvidence(text),
]

/** Rotations in many states, with the text in every untrusted field. */
export function hostileStates(text: string): Record<string, RotationState> {
  const tokens = nineTokens(4).map((token) => ({
    ...token,
    agent: `${text}${token.agent}`,
    environment: `${text}${token.environment}`,
    previousVersionId: text,
  }))
  const evidence = hostileEvidence(text)
  const checks = (state: CheckState) =>
    EXAMPLE_CHECKS.map(({ id }) => aCheck(id, state, { sentence: text, advice: text, evidence }))
  const exceptions = EXAMPLE_CHECKS.map(({ id }) =>
    anException({ check: id, what: text, commands: text, proof: evidence }),
  )
  const rejection = aSignOff({ decision: 'rejected', comment: text, reopened: [...STEP_IDS] })
  const revocations = (['waiting', 'proven', 'recorded', 'in-use'] as const).flatMap((state) =>
    tokens.map((token) =>
      aRevocation({
        ...{
          ...token,
          state,
          versionId: text,
          proof: text,
          problem: text,
          resolvedBy: text,
          resolvedAt: NOW,
        },
        dueAt: token.newVersionId ? minutesIn(-60) : minutesIn(24 * 60),
      }),
    ),
  )
  const found = [
    ...(['deploy', 'smoke', 'rotate'] as const).flatMap((kind, index) => [
      aFoundRun({ kind, runId: 8831 + index, environment: null, title: text, startedBy: text, event: text }),
    ]),
    ...Array.from({ length: 120 }, (_, index) =>
      aFoundRun({ runId: 9000 + index, environment: text, url: LONG_URL, startedBy: text, event: text }),
    ),
  ]
  const around = {
    revocations,
    found,
    undelivered: Array.from({ length: 12 }, () => ({ what: text, reason: text })),
    ticket: text,
    digest: 'a'.repeat(64),
    logUrl: LONG_URL,
    permalink: 'https://flashfusion.slack.example/archives/C1/p1?thread_ts=1&cid=C1',
  }
  const completions = Object.fromEntries(STEP_IDS.map((step) => [step, { evidence, notes: text }]))
  const runs = [
    aRun({ state: 'failed', conclusion: text, url: LONG_URL }),
    aRun({ kind: 'deploy', state: 'requested', runId: null, url: null }),
    aRun({
      kind: 'smoke',
      state: 'waiting',
      approval: { since: NOW, reviewers: Array.from({ length: 8 }, () => text) },
      adopted: { reason: text, startedBy: text, event: text },
    }),
  ]
  const deviations = Array.from({ length: 12 }, (_, deploymentId) => ({
    environment: text,
    at: NOW,
    deploymentId,
    runId: 8831,
    url: LONG_URL,
    startedBy: text,
    startedAt: NOW,
  }))
  const full = { tokens, reason: text, completions, runs, deviations }
  return {
    fresh: aState({ rotation: { tokens, reason: text }, ...around }),
    incident: aState({
      rotation: { ...full, done: 2, trigger: 'policy-hit', severity: 'P1' },
      checks: checks('failed'),
      running: ['tags-correct'],
      ...around,
    }),
    breakGlass: aState({
      rotation: {
        ...full,
        done: 4,
        trigger: 'credential-anomaly',
        severity: 'P1',
        breakGlass: aBreakGlass({ requestedBy: text, reason: text, acknowledgedBy: text, delegateOf: text }),
      },
      checks: checks('failed'),
      ...around,
    }),
    rolledBack: aState({
      rotation: {
        ...full,
        done: 3,
        revoker: 'bot',
        tokens: tokens.map((token, index) => goingBack(token, index, text)),
      },
      checks: checks('failed'),
      ...around,
    }),
    unread: aState({ rotation: { ...full, done: 4, exceptions }, checks: checks('unknown'), ...around }),
    finished: aFinishedState({
      rotation: { ...full, done: 5, exceptions, round: 2, signOffs: [rejection] },
      checks: checks('passed'),
      ...around,
    }),
    approved: aFinishedState({
      rotation: {
        ...full,
        done: 5,
        status: 'complete',
        closedAt: minutesIn(130),
        signOffs: [
          aSignOff({ comment: text }),
          aSignOff({ role: 'ai-ops-owner', by: AI_OPS_OWNER, comment: text }),
        ],
      },
      checks: checks('passed'),
      ...around,
    }),
    promoting: promotingMany(text, evidence),
    aborted: aState({
      rotation: { ...full, status: 'aborted', closedAt: NOW, closedReason: text },
      ...around,
    }),
    huge: aFinishedState({
      rotation: { ...full, done: 5, tokens: manyTokens(900), exceptions },
      checks: checks('failed'),
      ...around,
    }),
  }
}

/** Every second token goes back to its old version. */
const goingBack = (token: RotationToken, index: number, text: string): RotationToken => ({
  ...token,
  rollback:
    index % 2 === 0
      ? null
      : {
          to: token.previousVersionId ?? text,
          madeAt: null,
          by: text,
          at: NOW,
          reason: text,
          currentAt: index % 4 === 1 ? NOW : null,
        },
})

/** As many environments as the config allows, with the longest names, each deployed to once and failing. */
function promotingMany(text: string, evidence: Evidence[]): RotationState {
  const named = Array.from({ length: 12 }, (_, index) => `${index}-${'e'.repeat(40)}`.slice(0, 40))
  const environments = named.map((name) => ({ ...PRODUCTION, name, smoke: true }))
  const tokens = named.map((environment) => aToken({ agent: 'evaluator', environment }))
  const rotation = aRotation({
    status: 'promoting',
    done: 5,
    tokens,
    reason: text,
    signOffs: [aSignOff(), aSignOff({ role: 'ai-ops-owner', by: AI_OPS_OWNER })],
    runs: named.map((environment, index) =>
      aRun({
        kind: 'deploy',
        environment,
        attempt: index + 1,
        conclusion: text,
        ...(index === 0 && { url: LONG_URL }),
      }),
    ),
  })
  const definitions = definitionsFor(rotation, environments)
  const seen = { state: 'failed', sentence: text, advice: text, evidence } as const
  const checks = definitions
    .filter(({ step }) => step === 'promotion')
    .map(({ id, step, title }) => ({ check: id, step, title, ...seen, startedAt: NOW, finishedAt: NOW }))
  const around = { digest: 'a'.repeat(64), permalink: 'https://flashfusion.slack.example/archives/C1/p1' }
  return aState({ rotation, definitions, environments, checks, ...around })
}
