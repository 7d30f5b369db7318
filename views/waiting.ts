import type { Button, KnownBlock } from '@slack/types'
import type { Delegation } from '#domain/approvers/delegation'
import type { Escalation } from '#domain/on-call/escalation'
import { awaitedOf, isDecisionWanted } from '#domain/revocations/deadline-calls'
import { pendingRevocations } from '#domain/revocations/revocation'
import { Refusal } from '#domain/rotation/refusal'
import { type Instant, ROLE_TITLES, type Role, rotationLabel } from '#domain/rotation/rotation'
import { isBound } from '#domain/rotation/separation-of-duties'
import { assertSignable } from '#domain/rotation/sign-off'
import { stepDefinition } from '#domain/rotation/steps'
import { missingRoles, turnOf } from '#domain/rotation/turn'
import type { AgeReading } from '#domain/tokens/age-reading'
import { overdueAndFree } from '#domain/tokens/token-age'
import { actions, button, header, section } from './blocks.ts'
import { decisionButtons } from './deadline.ts'
import { deploymentButtons } from './environments.ts'
import { escalationWords, openEscalationWords } from './escalation.ts'
import { ACTIONS, escalationValue, OVERDUE } from './ids.ts'
import { oldTokensLine } from './old-tokens.ts'
import type { Names, RotationState } from './state.ts'
import { link, plural, sentenceCase } from './text.ts'
import { sentenceOf } from './times.ts'
import { tokenLines } from './token-lines.ts'
import { delegateOfWords, headline, turnWords } from './words.ts'

/** What decides what waits for a person. */
export interface WaitingOptions {
  userId: string
  /** Roles the person may sign as: directly, by a user group, or as a delegate. */
  roles: Role[]
  /** The delegations that give them a role they do not hold. */
  delegations?: Delegation[]
  mayStart: boolean
  mayRespond: boolean
  rotations: RotationState[]
  /** Closed rotations that left old versions alive. */
  closed?: RotationState[]
  /** The unresolved calls for on-call. */
  escalations?: Escalation[]
  /** Null until first read. */
  ages: AgeReading | null
  names: Names
  now: Instant
}

/** An action that waits for this person. */
interface Waiting {
  line: string
  /** The `value` of the buttons: a rotation’s label, or what else they are about. */
  value: string
  buttons: { text: string; action: string }[]
}

const WAITING_SHOWN = 10

/** How much waits, in the words of a title. */
export function waitingTitle(options: WaitingOptions): string {
  const count = waitingOf(options).length
  return count > 0 ? `${plural(count, 'thing')} waiting for you` : "You're all caught up"
}

/** What waits for a person, most urgent first, each with its buttons, under a title. */
export function waitingBlocks(options: WaitingOptions): KnownBlock[] {
  const waiting = waitingOf(options)
  const left = waiting.length - WAITING_SHOWN
  return [
    header(waitingTitle(options)),
    ...waiting.slice(0, WAITING_SHOWN).flatMap(({ line, value, buttons }, index) => [
      section(line),
      ...actions(
        buttons.map(({ text, action }, place) =>
          button(text, action, value, index + place === 0 ? 'primary' : undefined),
        ),
        `home-waiting-${index + 1}`,
      ),
    ]),
    ...(left > 0 ? [section(`and ${plural(left, 'more thing')}; open them from the cards.`)] : []),
  ]
}

const waitingOf = (options: WaitingOptions): Waiting[] => {
  const states = [...options.rotations, ...(options.closed ?? [])]
  return [
    ...unansweredCalls(options, states),
    ...states.flatMap((state) => decisionFor(state, options)),
    ...(options.closed ?? []).flatMap((state) => leftBehind(state, options)),
    ...options.rotations.flatMap((state) => waitingFor(state, options)),
    ...overdueTokens(options),
  ]
}

/** The calls that are not acknowledged yet, for whoever may acknowledge them. */
function unansweredCalls(
  { escalations = [], mayRespond, names }: WaitingOptions,
  states: RotationState[],
): Waiting[] {
  if (!mayRespond) return []
  return escalations
    .filter(({ notifies, acknowledgedAt }) => notifies && acknowledgedAt === null)
    .map((call) => {
      const state = states.find(({ rotation }) => rotation.id === call.rotationId) ?? null
      const reason = call.reason.trim() ? `\nWhy: ${sentenceOf(call.reason, 300)}` : ''
      const card = state ? cardLink(state) : ''
      const line = `*☎ ${escalationWords(state, call)}*${reason}\n${openEscalationWords(call, names)}${card}`
      return {
        line,
        value: escalationValue(call.id),
        buttons: [{ text: 'Acknowledge', action: ACTIONS.acknowledge }],
      }
    })
}

/** The overdue tokens that nobody rotates yet, for whoever may start a rotation. */
function overdueTokens({ ages, mayStart, rotations }: WaitingOptions): Waiting[] {
  const taken = rotations.flatMap(({ rotation }) => rotation.tokens.map((token) => token.secret))
  const overdue = overdueAndFree(ages?.tokens ?? [], new Set(taken))
  const [line] = overdue.length > 0 ? tokenLines(overdue) : []
  if (!mayStart || line === undefined) return []
  const buttons = [{ text: 'Start rotation', action: ACTIONS.startDue }]
  return [
    {
      line: `${line} · no rotation is open for ${overdue.length === 1 ? 'it' : 'them'}`,
      value: OVERDUE,
      buttons,
    },
  ]
}

const cardLink = ({ permalink }: RotationState): string =>
  permalink ? ` · ${link(permalink, 'Open card')}` : ''

/** The decision about old versions that waits for whoever may decide it. */
function decisionFor(state: RotationState, { mayRespond, now }: WaitingOptions): Waiting[] {
  const { rotation, revocations } = state
  if (!mayRespond || !isDecisionWanted(revocations, now)) return []
  const offered = decisionButtons(state).map(asWaiting)
  const record = { text: 'Record revocation', action: ACTIONS.recordRevocation }
  const line = `*${headline(rotation, now)}*\n${oldTokensLine(state, now) ?? ''}${cardLink(state)}`
  return [{ line, value: rotationLabel(rotation.id), buttons: offered.length > 0 ? offered : [record] }]
}

/** Tokens that an aborted rotation renewed and that nothing deploys any more, for whoever may start another. */
function leftBehind(state: RotationState, { mayStart, now }: WaitingOptions): Waiting[] {
  const { rotation, revocations } = state
  const isDeploymentMissing = pendingRevocations(revocations).some((row) => awaitedOf(row) === 'deployment')
  if (!mayStart || rotation.status !== 'aborted' || !isDeploymentMissing) return []
  if (isDecisionWanted(revocations, now)) return []
  const line = [
    `*${headline(rotation, now)}*`,
    `${oldTokensLine(state, now) ?? ''}${cardLink(state)}`,
    'It was aborted, so nothing deploys its new tokens: start a rotation of them again, or deploy them yourself.',
  ]
  const buttons = [{ text: 'Start a rotation', action: ACTIONS.openStart }]
  return [{ line: line.join('\n'), value: rotationLabel(rotation.id), buttons }]
}

const asWaiting = ({ text, action_id: action = '' }: Button): Waiting['buttons'][number] => ({
  text: text.text,
  action,
})

/** What waits for this person in one rotation: the owner's steps, or a signature. */
function waitingFor(
  state: RotationState,
  { userId, roles, delegations = [], names, now }: WaitingOptions,
): Waiting[] {
  const { rotation } = state
  const value = rotationLabel(rotation.id)
  const lead = `*${headline(rotation, now)}*`
  const turn = turnOf(rotation)
  if ((turn.kind === 'step' || turn.kind === 'promotion') && rotation.ownerId === userId) {
    const line = `${lead}\n${sentenceCase(turnWords(state, names, false)?.what ?? '')}${cardLink(state)}`
    const buttons =
      turn.kind === 'promotion'
        ? deploymentButtons(state, now).map(asWaiting)
        : turn.steps.map(openStepButton)
    return [{ line, value, buttons }]
  }
  const mine = missingRoles(rotation).filter(
    (role) => roles.includes(role) && maySign(state, role, userId, delegations),
  )
  if (mine.length === 0) return []
  const buttons = mine.map((role) => ({
    text: `Sign as ${ROLE_TITLES[role]}`,
    action: ACTIONS.signOff(role),
  }))
  const titles = mine
    .map((role) => {
      const delegateOf = delegations.find((each) => each.role === role)?.from
      return `${ROLE_TITLES[role]}${delegateOfWords(delegateOf, names)}`
    })
    .join(' or ')
  return [{ line: `${lead}\nReview and sign off as ${titles}${cardLink(state)}`, value, buttons }]
}

const openStepButton = (step: Parameters<typeof stepDefinition>[0]): Waiting['buttons'][number] => ({
  text: `Open step ${stepDefinition(step).number}: ${stepDefinition(step).title}`,
  action: ACTIONS.openStep(step),
})

function maySign(
  { rotation }: RotationState,
  role: Role,
  userId: string,
  delegations: readonly Pick<Delegation, 'role' | 'from'>[],
): boolean {
  const given = delegations.filter((each) => each.role === role)
  const from = given.find((each) => !isBound(rotation, each.from)) ?? given[0]
  try {
    assertSignable(rotation, role, userId, from?.from)
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
