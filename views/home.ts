import type { Button, HomeView, KnownBlock } from '@slack/types'
import type { Delegation } from '#domain/approvers/delegation'
import { isDecisionWanted } from '#domain/revocations/deadline-calls'
import type { Revocation } from '#domain/revocations/revocation'
import { Refusal } from '#domain/rotation/refusal'
import { type Instant, ROLE_TITLES, type Role, rotationLabel } from '#domain/rotation/rotation'
import type { Month } from '#domain/rotation/rotation-year'
import { isBound } from '#domain/rotation/separation-of-duties'
import { assertSignable } from '#domain/rotation/sign-off'
import { stepDefinition } from '#domain/rotation/steps'
import { missingRoles, turnOf } from '#domain/rotation/turn'
import type { AgeReading } from '#domain/tokens/age-reading'
import { actions, button, context, header, section } from './blocks.ts'
import { decisionButtons } from './deadline.ts'
import { deploymentButtons } from './environments.ts'
import { type HistoryEntry, historyLine } from './history.ts'
import { ACTIONS } from './ids.ts'
import { image } from './image.ts'
import { oldTokensLine } from './old-tokens.ts'
import { pack } from './pack.ts'
import type { ShownPictures } from './pictures/picture.ts'
import { yearWords } from './pictures/rotation-year.ts'
import { dayWords } from './reminder-summary.ts'
import type { Names, RotationState } from './state.ts'
import { revocationBlocks, rotationLine } from './status.ts'
import { code, escapeUntrusted, link, plural, sentenceCase, when } from './text.ts'
import { cadenceLines, environmentLines } from './token-groups.ts'
import { tokenLines } from './token-lines.ts'
import { fitsGrid, tokenTable } from './token-table.ts'
import { delegateOfWords, headline, turnWords, who } from './words.ts'

export interface HomeOptions {
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
  /** Null until first read. */
  ages: AgeReading | null
  /** Newest first. */
  recent: HistoryEntry[]
  /** Outcomes of the rotations of the last twelve months. */
  year: Month[]
  /** Pictures uploaded to Slack; the text beside them has the same facts. */
  pictures: ShownPictures
  /** Unresolved revocations of old versions, of any rotation. */
  revocations?: Revocation[]
  names: Names
  now: Instant
}

const WAITING_SHOWN = 10
const ROTATIONS_SHOWN = 15
const RECENT_SHOWN = 5

/** App Home: what waits for this person, open rotations, token ages, past rotations. */
export function home(options: HomeOptions): HomeView {
  const { ages, now } = options
  const blocks: KnownBlock[] = [
    ...waitingBlocks(options),
    ...rotationBlocks(options),
    header('Capability tokens'),
    ...revocationBlocks(options.revocations ?? [], now),
    ...ageBlocks(options),
    header('Recent rotations'),
    ...pastBlocks(options),
    ...context([
      [
        `As of ${when(now)}`,
        ...(ages ? [`token ages read ${when(ages.readAt)}`] : []),
        '`/rotation help` lists all commands',
      ].join(' · '),
    ]),
  ]
  return { type: 'home', blocks }
}

const textBlocks = (lines: string[]): KnownBlock[] => pack(lines).map((text) => section(text))

/** An action that waits for this person. */
interface Waiting {
  line: string
  /** The rotation's label, the `value` of the buttons. */
  label: string
  buttons: { text: string; action: string }[]
}

function waitingBlocks(options: HomeOptions): KnownBlock[] {
  const states = [...options.rotations, ...(options.closed ?? [])]
  const waiting = [
    ...states.flatMap((state) => decisionFor(state, options)),
    ...options.rotations.flatMap((state) => waitingFor(state, options)),
  ]
  const left = waiting.length - WAITING_SHOWN
  const title =
    waiting.length > 0 ? `${plural(waiting.length, 'thing')} waiting for you` : "You're all caught up"
  return [
    header(title),
    ...waiting.slice(0, WAITING_SHOWN).flatMap(({ line, label, buttons }, index) => [
      section(line),
      ...actions(
        buttons.map(({ text, action }, place) =>
          button(text, action, label, index + place === 0 ? 'primary' : undefined),
        ),
        `home-waiting-${index + 1}`,
      ),
    ]),
    ...textBlocks(left > 0 ? [`and ${plural(left, 'more thing')}; open them from the cards below.`] : []),
    ...textBlocks(delegationLines(options)),
    ...actions(generalButtons(options), 'home-actions'),
  ]
}

const generalButtons = ({ mayStart, mayRespond }: HomeOptions): Button[] => [
  ...(mayStart ? [button('Start a rotation', ACTIONS.openStart, 'start')] : []),
  ...(mayRespond ? [button('Open an incident', ACTIONS.openIncident, 'incident')] : []),
  ...(mayStart ? [button('Share status', ACTIONS.shareStatus, 'status')] : []),
]

/** The decision about old versions that waits for whoever may decide it. */
function decisionFor(state: RotationState, { mayRespond, now }: HomeOptions): Waiting[] {
  const { rotation, revocations, permalink } = state
  if (!mayRespond || !isDecisionWanted(revocations, now)) return []
  const offered = decisionButtons(state).map(asWaiting)
  const record = { text: 'Record revocation', action: ACTIONS.recordRevocation }
  const where = permalink ? ` · ${link(permalink, 'Open card')}` : ''
  const line = `*${headline(rotation, now)}*\n${oldTokensLine(state, now) ?? ''}${where}`
  return [{ line, label: rotationLabel(rotation.id), buttons: offered.length > 0 ? offered : [record] }]
}

const asWaiting = ({ text, action_id: action = '' }: Button): Waiting['buttons'][number] => ({
  text: text.text,
  action,
})

/** What waits for this person in one rotation: the owner's steps, or a signature. */
function waitingFor(
  state: RotationState,
  { userId, roles, delegations = [], names, now }: HomeOptions,
): Waiting[] {
  const { rotation, permalink } = state
  const label = rotationLabel(rotation.id)
  const where = permalink ? ` · ${link(permalink, 'Open card')}` : ''
  const lead = `*${headline(rotation, now)}*`
  const turn = turnOf(rotation)
  if (turn.kind === 'step' && rotation.ownerId === userId) {
    const buttons = turn.steps.map((step) => ({
      text: `Open step ${stepDefinition(step).number}: ${stepDefinition(step).title}`,
      action: ACTIONS.openStep(step),
    }))
    const line = `${lead}\n${sentenceCase(turnWords(state, names, false)?.what ?? '')}${where}`
    return [{ line, label, buttons }]
  }
  if (turn.kind === 'promotion' && rotation.ownerId === userId) {
    const line = `${lead}\n${sentenceCase(turnWords(state, names, false)?.what ?? '')}${where}`
    return [{ line, label, buttons: deploymentButtons(state, now).map(asWaiting) }]
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
  return [{ line: `${lead}\nReview and sign off as ${titles}${where}`, label, buttons }]
}

/** For somebody who may not read. */
export const closedHome = (): HomeView => ({
  type: 'home',
  blocks: [
    section(
      'Rotations of capability tokens are shown to full members of this workspace only. Ask an operator if you need to see them.',
    ),
  ],
})

/** The person's delegations, also shown when nothing waits. */
const delegationLines = ({ delegations = [], names }: HomeOptions): string[] =>
  delegations.map(
    ({ role, from, lastDay }) =>
      `You are the delegate of ${who(from, names)} as ${ROLE_TITLES[role]} until the end of ${dayWords(lastDay)} · ${code('/rotation delegate')} lists all delegations`,
  )

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

function rotationBlocks({ rotations, names, now }: HomeOptions): KnownBlock[] {
  const open = rotations.slice(0, ROTATIONS_SHOWN).map((state) => rotationLine(state, names, now))
  const left = rotations.length - open.length
  const lines = [...open, ...(left > 0 ? [`• and ${plural(left, 'more')}`] : [])]
  return [header('Open rotations'), ...textBlocks(lines.length > 0 ? lines : ['None.'])]
}

function ageBlocks({ ages, pictures }: HomeOptions): KnownBlock[] {
  if (!ages) return [section('Token ages have not been read yet. They appear here after the first reading.')]
  const { tokens, problem } = ages
  return [
    ...textBlocks(problem ? [`⚠ *Token ages could not be read:* ${escapeUntrusted(problem, 800)}`] : []),
    ...textBlocks([...tokenLines(tokens), ...cadenceLines(tokens)]),
    ...image(pictures, 'token-ages'),
    ...(fitsGrid(tokens)
      ? tokens.slice(0, 1).map(() => section(tokenTable(tokens)))
      : textBlocks(environmentLines(tokens))),
  ]
}

function pastBlocks({ year, recent, pictures, names, now }: HomeOptions): KnownBlock[] {
  if (recent.length === 0) return [section('None yet.')]
  return [
    ...image(pictures, 'rotation-year'),
    ...textBlocks([
      `*Last twelve months* · ${yearWords(year)}`,
      ...recent.slice(0, RECENT_SHOWN).map((entry) => historyLine(entry, names, now)),
    ]),
  ]
}
