import type { KnownBlock } from '@slack/types'
import type { Delegation } from '#domain/approvers/delegation'
import type { Answered } from '#domain/reminders/answered-reminders'
import type { DueToken, Reminder } from '#domain/reminders/reminder'
import type { Owners } from '#domain/reminders/reminder-recipients'
import { type Instant, ROLE_TITLES, type Role, rotationLabel } from '#domain/rotation/rotation'
import type { Barred } from '#domain/time/windows'
import { compareTokens, tokenLabel } from '#domain/tokens/scope'
import type { SeenToken } from '#domain/tokens/seen-token'
import { answeredLead, answeredLine } from './answered-reminder.ts'
import { actions, button, type Message, plain, section } from './blocks.ts'
import { adviceButtons } from './call-advice.ts'
import { deadlineWords } from './deadline.ts'
import { ACTIONS } from './ids.ts'
import { LIMITS, MESSAGE_BUDGET } from './limits.ts'
import { packGroups } from './pack.ts'
import { dueWords, reminderSummary } from './reminder-summary.ts'
import { oldVersionName } from './revocation-lines.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted, link, list, mention, plural } from './text.ts'
import { calendarDay, duration, millisBetween, sentenceOf, when } from './times.ts'
import { opensWords } from './windows.ts'
import { shortName, stepName, turnWords, who } from './words.ts'

export interface ReminderOptions {
  reminders: Reminder[]
  /** What a posted message asked for that is no longer to be done. */
  answered?: readonly Answered[]
  states: RotationState[]
  delegations: Delegation[]
  owners: Owners
  /** User or group on call; null if there is none. */
  onCall: string | null
  /** The buttons' `value`: key of the job that posts the message in the channel. */
  key: string
  maySnooze: boolean
  /** What keeps a rotation from being started now. */
  startBarred: Barred | null
  names: Names
  now: Instant
}

const LINES = 30
const PROBLEMS_NAMED = 5

const FRAME_BYTES = 2_500

/** All reminders that are due now in one message, overdue first. */
export function reminder(options: ReminderOptions): Message {
  const { reminders, answered = [], key, maySnooze, startBarred } = options
  const lead = reminders.length > 0 ? leadOf(reminders) : answeredLead(answered)
  const lines = reminders.slice(0, LINES).map((each) => `• ${lineOf(each, options)}`)
  const room = { blocks: LINES, bytes: MESSAGE_BUDGET - FRAME_BYTES }
  const done = answered.slice(0, LINES).map((each) => answeredLine(each, (id) => cardName(id, options)))
  const { blocks: sections, left } = packGroups([lines, done], room)
  const more = left.length + reminders.length - lines.length
  const isStartable = reminders.some(
    (each) => each.kind === 'token-due' && each.tokens.some((token) => token.rotation === null),
  )
  const blocks: KnownBlock[] = [
    ...(reminders.length > 0 ? [section(`*${lead}*`)] : []),
    ...sections,
    ...(more > 0 ? [section(`• and ${plural(more, 'more reminder')}; see \`/rotation status\``)] : []),
    ...(isStartable && startBarred ? [section(`A rotation may be started ${opensWords(startBarred)}.`)] : []),
    ...actions(
      [
        ...(isStartable ? [button('Start rotation', ACTIONS.startDue, key, 'primary')] : []),
        ...(maySnooze ? [button('Snooze', ACTIONS.snooze, key)] : []),
      ],
      'reminder-actions',
    ),
    ...decisionBlocks(options),
  ]
  return { text: lead, blocks }
}

const ROTATIONS_WITH_BUTTONS = 5

/** For each rotation whose old versions want somebody: what can be done. */
function decisionBlocks({ reminders, states, now }: ReminderOptions): KnownBlock[] {
  const wanted = reminders.flatMap((each) =>
    each.kind === 'deployment-missing' || each.kind === 'decision-missing' ? [each] : [],
  )
  const byRotation = [...Map.groupBy(wanted, (each) => each.rotation)].slice(0, ROTATIONS_WITH_BUTTONS)
  return byRotation.flatMap(([id, about]) => {
    const state = states.find(({ rotation }) => rotation.id === id)
    const kind = about.some((each) => each.kind === 'deployment-missing')
      ? 'deployment-missing'
      : 'decision-missing'
    const buttons = state ? adviceButtons(kind, state, now) : []
    const named = byRotation.length > 1 ? (text: string) => `${rotationLabel(id)}: ${text}` : null
    return actions(
      buttons.map((each) =>
        named ? { ...each, text: plain(named(each.text.text), LIMITS.buttonText) } : each,
      ),
      `reminder-${rotationLabel(id)}`,
    )
  })
}

function leadOf(reminders: Reminder[]): string {
  const summary = list(reminders.map(reminderSummary), 4)
  const isGoodNews = reminders.every((each) => each.kind === 'automation-resolved')
  return isGoodNews ? `${summary.charAt(0).toUpperCase()}${summary.slice(1)}` : `Reminder: ${summary}`
}

const rotationOf = (id: number, { states }: ReminderOptions): RotationState | undefined =>
  states.find(({ rotation }) => rotation.id === id)

const nameOf = (id: number, options: ReminderOptions): string => {
  const state = rotationOf(id, options)
  return state ? shortName(state.rotation) : `R${id}`
}

/** A rotation's label, as a link to its card where it has one. */
const cardName = (id: number, options: ReminderOptions): string => {
  const permalink = rotationOf(id, options)?.permalink
  return permalink ? link(permalink, rotationLabel(id)) : rotationLabel(id)
}

const cardOf = (id: number, options: ReminderOptions): string => {
  const permalink = rotationOf(id, options)?.permalink
  return permalink ? ` · ${link(permalink, 'Open card')}` : ''
}

type Of<Kind extends Reminder['kind']> = Extract<Reminder, { kind: Kind }>

const LINE_WORDS: { [Kind in Reminder['kind']]: (reminder: Of<Kind>, options: ReminderOptions) => string } = {
  'token-due': ({ tokens, daysLeft, day }, options) => {
    // “due tomorrow (tomorrow)” would say it twice.
    const on = Math.abs(daysLeft) > 1 ? ` (due ${calendarDay(day)})` : ''
    const sign = daysLeft < 0 ? '⚠ ' : ''
    return `${sign}*${plural(tokens.length, 'token')} ${dueWords(daysLeft)}*${on}: ${labels(tokens)} · ${ownersOf(tokens, options)}`
  },
  'token-unread': ({ tokens, since }, options) => {
    const reason = tokens[0]?.problem
    return `? *${plural(tokens.length, 'token')} not read since ${when(since)}*, so it is unknown whether they are due: ${labels(tokens.map((token) => ({ ...token, rotation: null })))}${reason ? `: ${escapeUntrusted(reason, 200)}` : ''} · ${ownersOf(tokens, options)}`
  },
  stalled: ({ rotation, owner, since }, options) => {
    const { names, now } = options
    const state = rotationOf(rotation, options)
    const turn = state && turnWords(state, names, false)
    const wanted = turn ? `waiting for ${turn.who}: ${turn.what}` : `owner ${who(owner, names)}`
    return `*${nameOf(rotation, options)} is stalled* for ${duration(millisBetween(since, now))}, ${wanted}${cardOf(rotation, options)}`
  },
  'sign-off-waits': ({ rotation, role, since, toDelegate, deadline }, options) => {
    const holders = rotationOf(rotation, options)?.approvers[role] ?? []
    const asked = holders.length > 0 ? holders.map(mention).join(' ') : 'nobody is configured'
    const waited = duration(millisBetween(since, options.now))
    return `*${nameOf(rotation, options)} waits for sign-off* as ${ROLE_TITLES[role]} for ${waited}: ${asked}${toDelegate ? delegateWords(role, options) : ''}${deadline ? `. ⚠ *Without it nothing is deployed before the old tokens’ deadline, ${deadlineWords(deadline, options.now)}*` : ''}${cardOf(rotation, options)}`
  },
  'deployment-missing': deploymentLine,
  'decision-missing': ({ rotation, people, deadline, versions }, options) => {
    const why = versions
      .slice(0, VERSIONS_NAMED)
      .map((row) => `${oldVersionName(row)}: ${escapeUntrusted(row.stageNote ?? 'no reason was noted', 200)}`)
    const left = versions.length - why.length
    return `⚠ *${nameOf(rotation, options)} needs a decision about ${plural(versions.length, 'old version')}* before ${deadlineWords(deadline, options.now)}: revoke now, or extend. ${why.join(' · ')}${left > 0 ? ` · and ${left} more` : ''}${groupsOf(people)}${cardOf(rotation, options)}`
  },
  'evidence-missing': ({ rotation, step, owner }, options) =>
    `*${nameOf(rotation, options)}:* ${stepName(step)}, was confirmed by a person, not checked by a machine. ${who(owner, options.names)}, link the evidence when you finish the audit log${cardOf(rotation, options)}`,
  'automation-broken': ({ problem, asked, isFirst }, { names }) => {
    const { title, condition, sentence, remediation, since } = problem
    const lead = condition === 'unread' ? `? *${title}*, not readable since ${when(since)}` : `✗ *${title}*`
    // Once is enough: the reminders of the next days name them only.
    const people = asked.map((id) => (isFirst ? mention(id) : who(id, names)))
    const waits = people.length > 0 ? ` · waits for ${list(people, OWNERS_NAMED)}` : ''
    return `${lead}: ${sentenceOf(sentence, 400)} → ${escapeUntrusted(remediation, 400)}${waits}`
  },
  'automation-resolved': ({ problems, left }) => {
    const resolved = list(
      problems.map(({ title, sentence }) => `${title} (${sentenceOf(sentence, 200)})`),
      PROBLEMS_NAMED,
    )
    if (left === 0) return `✓ *Automation is healthy again.* Resolved: ${resolved}`
    return `✓ *Resolved:* ${resolved}. ${plural(left, 'automation problem')} left`
  },
  'role-vacant': ({ role, since }, { onCall }) =>
    `⚠ *Nobody can sign as ${ROLE_TITLES[role]}:* every configured account has been deactivated since ${when(since)} or earlier. Add a person to the configuration${onCall ? `, ${mention(onCall)}` : ''}`,
}

const VERSIONS_NAMED = 5

function deploymentLine(
  { rotation, people, deadline, versions }: Of<'deployment-missing'>,
  options: ReminderOptions,
): string {
  const state = rotationOf(rotation, options)
  const turn = state && turnWords(state, options.names, false)
  const where = list([...new Set(versions.map((row) => escapeUntrusted(row.environment, 100)))])
  const refused = versions.some((row) => row.revoker === 'workflow')
  const then = refused ? '*Agents will be refused then*' : 'Nothing is revoked then, but on-call must decide'
  const waits = turn
    ? ` · waiting for ${turn.who}: ${turn.what}`
    : ' · the rotation is closed: start a new one and deploy, or decide about the old versions'
  return `⚠ *${nameOf(rotation, options)}: ${where} must run on the new tokens before ${deadlineWords(deadline, options.now)}*. ${then}: ${list(versions.map(oldVersionName), VERSIONS_NAMED)}${waits}${groupsOf(people)}${cardOf(rotation, options)}`
}

/** Mentions the groups; people get a direct message. */
const groupsOf = (people: string[]): string => {
  const groups = people.filter((id) => id.startsWith('S')).map(mention)
  return groups.length > 0 ? ` · ${groups.join(' ')}` : ''
}

function lineOf(reminder: Reminder, options: ReminderOptions): string {
  const word = LINE_WORDS[reminder.kind] as (reminder: Reminder, options: ReminderOptions) => string
  return word(reminder, options)
}

const TOKENS_NAMED = 9

const labels = (tokens: DueToken[]): string =>
  list(
    tokens
      .toSorted(compareTokens)
      .map(
        (token) =>
          `${escapeUntrusted(tokenLabel(token), 180)}${token.rotation === null ? '' : ` (in R${token.rotation})`}`,
      ),
    TOKENS_NAMED,
  )

const OWNERS_NAMED = 5

/** Mentions groups only: a person gets a direct message, and an owner without a Slack id is named. */
function ownersOf(tokens: SeenToken[], { owners, names }: ReminderOptions): string {
  const distinct = [...new Set(tokens.map((token) => token.owner))]
  const named = distinct.map((owner) => {
    const id = Object.hasOwn(owners, owner) ? owners[owner] : undefined
    if (id === undefined) return escapeUntrusted(owner, 80)
    return id.startsWith('S') ? mention(id) : who(id, names)
  })
  return `${distinct.length === 1 ? 'owner' : 'owners'} ${list(named, OWNERS_NAMED)}`
}

function delegateWords(role: Role, { delegations }: ReminderOptions): string {
  const delegates = delegations.filter((each) => each.role === role).map((each) => mention(each.to))
  return delegates.length > 0
    ? `, or ${list(delegates)}, who may sign on their behalf`
    : ', who have no delegate'
}
