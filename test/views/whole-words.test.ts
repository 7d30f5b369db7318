import { describe, expect, it } from 'vitest'
import { definitionsFor } from '#checks/index'
import { linkEvidence } from '#domain/rotation/evidence'
import { STEP_IDS } from '#domain/rotation/steps'
import type { Names, RotationState } from '#views/state'
import { status } from '#views/status'
import { messageProblems, viewProblems } from '../support/block-kit-checker.ts'
import { cutWords } from '../support/cut-words.ts'
import { everyView } from '../support/every-view.ts'
import { aRevocation } from '../support/revocation-builder.ts'
import {
  aCheck,
  aFoundRun,
  anException,
  aRun,
  aState,
  aToken,
  aTokenAge,
  NOW,
  STAGING,
} from '../support/rotation-builder.ts'

/** People and programs wrote these texts with dates of their own, which stay as they are. */
const problemsBut = (problems: string[]): string[] =>
  problems.filter((problem) => !problem.startsWith('writes a date'))

/** What people write, in several languages; each with words, a date and an id that must not be cut. */
const TEXTS: Record<string, string> = {
  English:
    'The deployment of 2026-11-23 09:12 UTC replaced version 7f3a1c52-0000-4000-8000-000000000001 of the orchestrator, and nobody restarted the evaluators afterwards. ',
  German:
    'Die Bereitstellungsumgebung wurde am 2026-11-23 wegen Zertifikatsverlängerungsproblemen zurückgesetzt; Sicherheitsverantwortliche prüfen die Berechtigungsnachweise. ',
  Japanese:
    '二〇二六年十一月二十三日に認証トークンの更新作業を実施しましたが、評価エージェントの再起動が完了していないため確認が必要です。',
  Hebrew: 'הסיבוב של האסימונים הושלם בתאריך 2026-11-23 אבל סוכן ההערכה עדיין משתמש בגרסה הקודמת. ',
}

/** Eighty characters, as the registry may have them. */
const LONG_NAMES: Record<string, string> = {
  English: 'orchestrator-for-customer-conversations-and-escalations-in-the-european-region-1',
  German: 'bereitstellungs-agent-fuer-kundengespraeche-und-rueckfragen-der-europa-region-01',
  Japanese:
    '顧客対応エージェント-欧州地域-評価環境-二次系統-検証用-認証基盤-連携確認-第一系列-本番相当-再試行制御-監査記録-通知連携',
  Hebrew: 'סוכן-הערכה-לשיחות-עם-לקוחות-באזור-אירופה-מערכת-משנית-לבדיקות-קבלה-ראשונות-01',
}

/** A rotation of so many agents in so many environments, with a text wherever people or systems write one. */
function stateOf(text: string, name: string, agents: number, places: number): RotationState {
  const environments = Array.from({ length: places }, (_, index) => ({
    ...STAGING,
    name: `${name}-${index + 1}`,
    smoke: index === 0,
    deploy: index < places / 2 ? ('before-sign-off' as const) : ('after-sign-off' as const),
  }))
  const tokens = environments.flatMap((environment) =>
    Array.from({ length: agents }, (_, index) =>
      aToken({ agent: `${name}-${index + 1}`, environment: environment.name }, { owner: text }),
    ),
  )
  const long = text.repeat(30)
  const checks = STEP_IDS.map(() => aCheck('tags-correct', 'failed', { sentence: long, advice: long }))
  const evidence = [linkEvidence(long, `https://grafana.example/${'dashboards/'.repeat(12)}panel`)]
  const definitions = definitionsFor({ tokens }, environments)
  return aState({
    rotation: {
      tokens,
      reason: long,
      runs: [aRun({ state: 'failed', conclusion: text })],
      exceptions: [anException({ what: long, commands: long, proof: evidence })],
      evidence,
    },
    environments,
    definitions,
    checks: [
      ...checks,
      ...definitions.map(({ id, step, title }) => ({
        ...aCheck('tags-correct', 'unknown', { sentence: long, advice: long, evidence }),
        check: id,
        step,
        title,
      })),
    ],
    revocations: tokens
      .slice(0, 30)
      .map((token) =>
        aRevocation({ ...token, versionId: '7f3a1c52-0000-4000-8000-000000000001', stageNote: long }),
      ),
    found: [aFoundRun({ environment: environments[0]?.name ?? '', startedBy: text, event: text })],
    approvers: { 'devops-lead': [], 'ai-ops-owner': [] },
  })
}

/** What is wrong with the views of a rotation, with each view's name. */
function problemsOf(state: RotationState, text: string, sources: string[], names: Names): string[] {
  const { messages, views } = everyView(state, text, names)
  return [
    ...Object.entries(messages).flatMap(([id, message]) => [
      ...problemsBut(messageProblems(message)).map((each) => `${id}: ${each}`),
      ...cutWords(message, sources).map((each) => `${id} cuts ${each}`),
    ]),
    ...Object.entries(views).flatMap(([id, view]) => [
      ...problemsBut(viewProblems(view)).map((each) => `${id}: ${each}`),
      ...cutWords(view, sources).map((each) => `${id} cuts ${each}`),
    ]),
  ]
}

describe.each(Object.entries(TEXTS))('in %s', (language, text) => {
  const name = LONG_NAMES[language] ?? ''

  it.each([
    ['one token', 1, 1],
    ['nine tokens', 3, 3],
    ['24 agents', 24, 2],
    ['12 environments', 3, 12],
    ['900 tokens', 75, 12],
  ])('no view of %s cuts a word, a date or an id, and Slack takes each', (_, agents, places) => {
    const state = stateOf(text, name, agents, places)
    const sources = [
      text,
      name,
      ...state.rotation.tokens.flatMap(({ agent, environment }) => [agent, environment]),
    ]
    expect(problemsOf(state, text.repeat(30), sources, () => text)).toEqual([])
  })
})

describe('a registry', () => {
  it.each([0, 1])('of %d tokens has a status that Slack takes', (count) => {
    const tokens = Array.from({ length: count }, () =>
      aTokenAge({ agent: 'evaluator', environment: 'staging' }, 40),
    )
    const message = status({
      ages: { tokens, problem: null, readAt: NOW },
      rotations: [],
      names: (id) => id,
      now: NOW,
    })
    expect(problemsBut(messageProblems(message))).toEqual([])
  })
})

it('finds a word that is cut', () => {
  const section = (text: string) => ({
    text: '',
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }],
  })
  const sources = ['the deployment of 2026-11-23 failed', 'agent-for-europe']
  expect(cutWords(section('the deploym…'), sources)).toEqual(['“deploym…”'])
  expect(cutWords(section('of 2026-11…'), sources)).toEqual(['“2026-11…”'])
  expect(cutWords(section('in agent-for-eur…'), sources)).toEqual(['“agent-for-eur…”'])
  expect(cutWords(section('the deployment… of… agent-for… … failed'), sources)).toEqual([])
})
