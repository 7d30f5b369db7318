import type { HomeView, KnownBlock } from '@slack/types'
import type { TokenAge } from '#rotation/cadence'
import { Refusal } from '#rotation/refusal'
import type { Revocation } from '#rotation/revocation'
import type { Instant, Role } from '#rotation/rotation'
import { ROLE_TITLES, rotationLabel } from '#rotation/rotation'
import { assertSignable } from '#rotation/sign-off'
import { missingRoles, turnOf } from '#rotation/turn'
import { actions, button, context, header, section } from './blocks.ts'
import { type HistoryEntry, historyLine } from './history.ts'
import { ACTIONS } from './ids.ts'
import { pack } from './pack.ts'
import type { Names, RotationState } from './state.ts'
import { revocationBlocks, rotationLine } from './status.ts'
import { link, plural, theirs, when } from './text.ts'
import { tokenLines } from './token-lines.ts'
import { tokenTable } from './token-table.ts'
import { headline, turnWords } from './words.ts'

export interface HomeOptions {
  userId: string
  /** Ids of the user groups that the person is in, for roles that groups hold. */
  groupIds?: string[]
  /** Whether the person may begin a rotation. */
  mayStart: boolean
  /** The open rotations. */
  rotations: RotationState[]
  tokens: TokenAge[]
  /** Newest first. */
  recent: HistoryEntry[]
  /** Old versions of any rotation that are not settled. */
  revocations?: Revocation[]
  names: Names
  now: Instant
  /** Why the ages as a whole could not be read. */
  problem?: string
}

const ROTATIONS_SHOWN = 15
const RECENT_SHOWN = 5

/** App Home: what waits for this person, open rotations, ages, what was. */
export function home(options: HomeOptions): HomeView {
  const { rotations, tokens, revocations = [], recent, names, now, problem, mayStart } = options
  const waiting = rotations.flatMap((state) => waitingLines(state, options))
  const open = rotations.slice(0, ROTATIONS_SHOWN).map((state) => rotationLine(state, names, now))
  const left = rotations.length - open.length
  const blocks: KnownBlock[] = [
    header(
      waiting.length > 0 ? `${plural(waiting.length, 'thing')} waiting for you` : 'Nothing waits for you',
    ),
    ...textBlocks(waiting.slice(0, ROTATIONS_SHOWN)),
    ...actions(mayStart ? [button('Start a rotation', ACTIONS.openStart, 'start')] : [], 'home-actions'),
    header('Open rotations'),
    ...textBlocks(open.length > 0 ? open : ['None.']),
    ...textBlocks(left > 0 ? [`• and ${plural(left, 'more')}`] : []),
    header('Capability tokens'),
    ...revocationBlocks(revocations, now),
    ...textBlocks(problem ? [`⚠ *The ages could not be read:* ${theirs(problem, 800)}`] : []),
    ...textBlocks(tokenLines(tokens, now)),
    ...(tokens.length > 0 ? [section(tokenTable(tokens, now))] : []),
    header('Recent rotations'),
    ...textBlocks(
      recent.length > 0
        ? recent.slice(0, RECENT_SHOWN).map((entry) => historyLine(entry, names, now))
        : ['None yet.'],
    ),
    ...context([`As of ${when(now)}. \`/rotation help\` lists all commands.`]),
  ]
  return { type: 'home', blocks }
}

const textBlocks = (lines: string[]): KnownBlock[] => pack(lines).map((text) => section(text))

/** What this person can do now in one rotation: the owner's step, or a signature. */
function waitingLines(state: RotationState, { userId, groupIds = [], names, now }: HomeOptions): string[] {
  const { rotation, approvers, permalink } = state
  const where = permalink ? link(permalink, 'Open card') : `card of ${rotationLabel(rotation.id)}`
  const lead = `• *${headline(rotation, now)}*:`
  const turn = turnOf(rotation)
  if (turn.kind === 'step' && rotation.ownerId === userId)
    return [`${lead} ${turnWords(state, names, false)?.what ?? ''} · ${where}`]
  const ids = [userId, ...groupIds]
  return missingRoles(rotation)
    .filter((role) => approvers[role].some((id) => ids.includes(id)) && maySign(state, role, userId))
    .map((role) => `${lead} sign off as ${ROLE_TITLES[role]} · ${where}`)
}

function maySign({ rotation }: RotationState, role: Role, userId: string): boolean {
  try {
    assertSignable(rotation, role, userId)
    return true
  } catch (error) {
    if (error instanceof Refusal) return false
    throw error
  }
}
