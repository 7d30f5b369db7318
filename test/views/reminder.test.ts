import { describe, expect, it } from 'vitest'
import type { AutomationProblem } from '#domain/reminders/automation-problems'
import type { Reminder } from '#domain/reminders/reminder'
import { aSeenToken } from '#test/support/reminder-year'
import { rolesOverview } from '#views/delegations'
import { type ReminderOptions, reminder } from '#views/reminder'
import { snoozeModal } from '#views/snooze-modal'
import { snoozeNotice } from '#views/snooze-notice'
import { messageProblems, viewProblems } from '../support/block-kit-checker.ts'
import { HOSTILE_TEXTS } from '../support/hostile.ts'
import { actionIdsOf, wordsOf } from '../support/read-view.ts'
import { aRevocation } from '../support/revocation-builder.ts'
import {
  AI_OPS_OWNER,
  aState,
  DEVOPS_LEAD,
  minutesIn,
  NOW,
  names,
  OPENED,
  OPERATOR,
} from '../support/rotation-builder.ts'

const due = (
  daysLeft: number,
  tokens = [{ ...aSeenToken(), rotation: null as number | null }],
): Reminder => ({
  kind: 'token-due',
  subject: '2026-11-26',
  due: NOW,
  urgent: false,
  day: '2026-11-26',
  daysLeft,
  tokens,
})

const shown = (reminders: Reminder[], parts: Partial<ReminderOptions> = {}) =>
  reminder({
    reminders,
    states: [aState()],
    delegations: [],
    owners: {},
    onCall: 'S0DEVOPSONCALL',
    key: 'reminder:token-due:2026-11-26:x',
    maySnooze: true,
    startBarred: null,
    names,
    now: NOW,
    ...parts,
  })

const about = (text: string) => ({
  rotation: 42,
  people: [text, 'S0OPERATORS'],
  deadline: minutesIn(300),
  versions: Array.from({ length: 9 }, () =>
    aRevocation({ agent: text, environment: text, versionId: text, stageNote: text }),
  ),
})

const aProblem = (text: string, parts: Partial<AutomationProblem> = {}): AutomationProblem => ({
  key: 'workflows:3f2a91bc',
  condition: 'broken',
  check: 'workflows',
  title: 'Workflows',
  sentence: text,
  remediation: text,
  since: OPENED,
  seenAt: NOW,
  resolvedAt: null,
  ...parts,
})

/** One of each kind, with somebody's words wherever they come in. */
const every = (text: string): Reminder[] => {
  const token = aSeenToken({
    agent: text,
    environment: text,
    owner: text,
    problem: text,
    unreadSince: OPENED,
  })
  const common = { subject: text, due: NOW, urgent: false }
  return [
    due(
      -3,
      Array.from({ length: 400 }, () => ({ ...token, rotation: 42 })),
    ),
    { kind: 'token-unread', since: OPENED, tokens: [token, token], ...common },
    { kind: 'stalled', rotation: 42, owner: text, since: OPENED, ...common },
    {
      kind: 'sign-off-waits',
      rotation: 42,
      role: 'devops-lead',
      since: OPENED,
      toDelegate: true,
      deadline: minutesIn(300),
      ...common,
    },
    { kind: 'evidence-missing', rotation: 42, owner: text, step: 'audit-logging', ...common },
    { kind: 'deployment-missing', ...about(text), ...common },
    { kind: 'decision-missing', ...about(text), ...common },
    { kind: 'role-vacant', role: 'ai-ops-owner', since: OPENED, ...common },
    { kind: 'automation-broken', problem: aProblem(text), asked: [], isFirst: true, ...common },
    { kind: 'automation-resolved', problems: [aProblem(text), aProblem(text)], left: 1, ...common },
  ]
}

describe('a message of reminders', () => {
  it('says which tokens are due and when, and offers to start', () => {
    const message = shown([due(3)])
    expect(message.text).toBe('Reminder: 1 token due in 3 days')
    expect(wordsOf(message)).toContain(
      '1 token due in 3 days (due 2026-11-26): orchestrator/production · owner platform',
    )
    expect(actionIdsOf(message)).toEqual(['start-due', 'snooze'])
    expect(shown([due(0)]).text).toContain('due today')
    expect(shown([due(1)]).text).toContain('due tomorrow')
    expect(wordsOf(shown([due(-1)]))).toContain('⚠ 1 token overdue for 1 day: orchestrator')
    expect(wordsOf(shown([due(-2)]))).toContain('⚠ 1 token overdue for 2 days (due 2026-11-26)')
  })

  it('say from when a rotation may be started, where that is not now', () => {
    const startBarred = { freeze: null, next: '2026-11-24T09:00:00.000Z' }
    const said = 'A rotation may be started from 2026-11-24 09:00 UTC.'
    expect(wordsOf(shown([due(-1)], { startBarred }))).toContain(said)
    expect(wordsOf(shown([due(-1)]))).not.toContain('A rotation may be started')
  })

  it('notifies a group that owns tokens, and only names a person, who gets a direct message', () => {
    expect(JSON.stringify(shown([due(3)], { owners: { platform: 'S0PLATFORM' } }))).toContain(
      '<!subteam^S0PLATFORM>',
    )
    const person = JSON.stringify(shown([due(3)], { owners: { platform: OPERATOR } }))
    expect(person).toContain('On-call operator')
    expect(person).not.toContain(`<@${OPERATOR}>`)
    // A team may be called like a property of every object.
    const odd = [{ ...aSeenToken({ owner: 'constructor' }), rotation: null }]
    expect(wordsOf(shown([due(3, odd)]))).toContain('owner constructor')
  })

  it('offers no start for tokens that are in a rotation, and says in which', () => {
    const message = shown([due(-2, [{ ...aSeenToken(), rotation: 42 }])], { maySnooze: false })
    expect(wordsOf(message)).toContain('orchestrator/production (in R42)')
    expect(actionIdsOf(message)).toEqual([])
  })

  it('names each problem of the automation with its remediation, on one line', () => {
    const about = { subject: 'x', due: NOW, urgent: false, asked: [], isFirst: true }
    const common = { kind: 'automation-broken' as const, ...about }
    const message = shown([
      { ...common, problem: aProblem('It is disabled', { remediation: 'Enable\nit.' }) },
      { ...common, problem: aProblem('HTTP 503', { title: 'Repository', condition: 'unread' }) },
    ])
    expect(message.text).toBe('Reminder: automation problem: Workflows and automation problem: Repository')
    expect(wordsOf(message)).toContain(
      '• ✗ Workflows: It is disabled → Enable it.\n• ? Repository, not readable',
    )
    expect(actionIdsOf(message)).toEqual(['snooze'])
  })

  it('mentions once who has a credential of the bot replaced, and names them afterwards', () => {
    const asked = ['U0DEVOPSLEAD', 'S0LEADS']
    const about = { subject: 'x', due: NOW, urgent: false, asked, problem: aProblem('It ends in 5 days') }
    const textOf = (isFirst: boolean) =>
      JSON.stringify(shown([{ kind: 'automation-broken', ...about, isFirst }]).blocks)
    expect(textOf(true)).toContain(' · waits for <@U0DEVOPSLEAD> and <!subteam^S0LEADS>')
    expect(textOf(false)).toContain(' · waits for ')
    expect(textOf(false)).not.toMatch(/<[@!]/)
  })

  it('says what is resolved, and when nothing is left, without calling it a reminder', () => {
    const resolved = (left: number): Reminder[] => [
      {
        kind: 'automation-resolved',
        subject: 'x',
        due: NOW,
        urgent: false,
        problems: [aProblem('Disabled')],
        left,
      },
    ]
    const healthy = shown(resolved(0), { maySnooze: false })
    expect(healthy.text).toBe('Automation is healthy again')
    expect(wordsOf(healthy)).toContain('✓ Automation is healthy again. Resolved: Workflows (Disabled)')
    expect(actionIdsOf(healthy)).toEqual([])
    const some = shown(resolved(2))
    expect(some.text).toBe('1 automation problem resolved')
    expect(wordsOf(some)).toContain('✓ Resolved: Workflows (Disabled). 2 automation problems left')
    expect(shown([...resolved(0), due(3)]).text).toMatch(/^Reminder: automation is healthy again/)
  })

  it('notifies the delegate of a holder when the sign-off still waits', () => {
    const waits = every('x').filter((each) => each.kind === 'sign-off-waits')
    const delegation = {
      role: 'devops-lead',
      from: DEVOPS_LEAD,
      to: 'U0STANDIN',
      lastDay: '2026-11-30',
      until: NOW,
      at: NOW,
    } as const
    expect(JSON.stringify(shown(waits, { delegations: [delegation] }))).toContain(
      'or <@U0STANDIN>, who may sign on their behalf',
    )
    expect(wordsOf(shown(waits))).toContain('who have no delegate')
  })

  it.each(Object.entries(HOSTILE_TEXTS))('stays a message whatever the names are: %s', (_, text) => {
    const reminders = Array.from({ length: 10 }, () => every(text)).flat()
    const message = shown(reminders, { owners: { [text]: 'S0PLATFORM' } })
    expect(messageProblems(message)).toEqual([])
    expect(JSON.stringify(message)).not.toMatch(/<!(channel|here)>/)
    const modal = snoozeModal({ reminder: 'reminder:x', reminders, today: 20_780, longestDays: 7 })
    expect(viewProblems(modal)).toEqual([])
    const notice = snoozeNotice({ reminders, by: OPERATOR, until: '2026-11-26', reason: text }, names)
    expect(messageProblems(notice)).toEqual([])
    const holder = {
      id: 'U1',
      name: text,
      isBot: false,
      deactivated: true,
      isGuest: false,
      isOutsider: false,
    }
    const roles = { 'devops-lead': Array.from({ length: 60 }, () => holder), 'ai-ops-owner': [] }
    const delegations = Array.from({ length: 3 }, () => ({
      role: 'ai-ops-owner' as const,
      from: AI_OPS_OWNER,
      to: text,
      lastDay: text,
      until: NOW,
      at: NOW,
    }))
    expect(messageProblems(rolesOverview(roles, delegations, () => text))).toEqual([])
  })
})

describe('a reminder that was answered', () => {
  const rotating = { kind: 'token-due', answer: 'rotating', rotation: 42, tokens: 7 } as const

  it('says only in which rotation, with no button', () => {
    const message = shown([], { answered: [rotating], maySnooze: false })
    expect(message.text).toBe('Being rotated in R42')
    expect(wordsOf(message)).toBe(
      '… Being rotated in R42 (https://flashfusion.slack.example/archives/C0FLASHFUSIONAI/p1) (7 tokens)',
    )
    expect(actionIdsOf(message)).toEqual([])
    const done = shown([], { answered: [{ ...rotating, answer: 'done' }], maySnooze: false })
    expect(done.text).toBe('Done in R42')
  })

  it('keeps its button for the tokens that nobody rotates', () => {
    const message = shown([due(-3)], { answered: [rotating] })
    expect(message.text).toBe('Reminder: 1 token overdue for 3 days')
    expect(wordsOf(message)).toContain('Being rotated in R42')
    expect(actionIdsOf(message)).toEqual(['start-due', 'snooze'])
  })

  it.each([
    [{ kind: 'token-unread', subject: 'all' }, 'could be read again'],
    [{ kind: 'stalled', subject: 'R42' }, 'R42 is no longer stalled'],
    [{ kind: 'sign-off-waits', subject: 'R42:ai-ops-owner' }, 'R42 no longer waits for the AI Ops owner'],
    [{ kind: 'evidence-missing', subject: 'R42:audit-logging' }, 'R42 no longer waits for evidence'],
    [{ kind: 'role-vacant', subject: 'devops-lead' }, 'Somebody can sign as DevOps lead again'],
    [{ kind: 'deployment-missing', subject: 'R42:x' }, 'R42 needs no deployment'],
    [{ kind: 'decision-missing', subject: 'R42:x' }, 'R42 needs no decision'],
    [{ kind: 'automation-broken', subject: 'x' }, 'problem is resolved'],
  ] as const)('says that %o no longer applies', (answered, words) => {
    const message = shown([], { answered: [answered], maySnooze: false })
    expect(message.text).toContain(words)
    expect(messageProblems(message)).toEqual([])
  })
})
