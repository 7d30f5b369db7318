import type { KnownBlock } from '@slack/types'
import type { Revocation } from '#domain/revocations/revocation'
import { type Instant, ROLE_TITLES, type Role } from '#domain/rotation/rotation'
import type { TokenAge } from '#domain/tokens/token-age'
import { actions, button, context, type Message, section } from './blocks.ts'
import { cardText } from './card.ts'
import { ACTIONS } from './ids.ts'
import { image } from './image.ts'
import { pack } from './pack.ts'
import type { ShownPictures } from './pictures/picture.ts'
import { revocationSummary } from './revocation-lines.ts'
import type { Names, RotationState } from './state.ts'
import { code, escapeUntrusted, link, plural, when } from './text.ts'
import { tokenLines, tokenSummary } from './token-lines.ts'
import { tokenTable } from './token-table.ts'

export interface StatusOptions {
  tokens: TokenAge[]
  /** The open rotations. */
  rotations: RotationState[]
  /** Old versions of any rotation that are not settled. */
  revocations?: Revocation[]
  /** Roles whose every holder's account is gone. */
  gone?: Role[]
  names: Names
  now: Instant
  /** Why the ages as a whole could not be read, such as a registry that does not parse. */
  problem?: string
  /** Those that Slack has; the table says the same. */
  pictures?: ShownPictures
  /** Whether the button that shares it in the channel is offered; not in what was shared. */
  shareable?: boolean
}

const ROTATIONS_SHOWN = 8

/** `/rotation status`: what needs somebody first, then ages of all tokens and the open rotations. */
export function status(options: StatusOptions): Message {
  const {
    tokens,
    rotations,
    revocations = [],
    gone = [],
    names,
    now,
    problem,
    pictures = {},
    shareable = true,
  } = options
  const blocks: KnownBlock[] = [
    section(`*Capability tokens* · ${tokenSummary(tokens)}`),
    ...(problem ? [section(`⚠ *The ages could not be read:* ${escapeUntrusted(problem, 800)}`)] : []),
    section(tokenLines(tokens)),
    ...image(pictures, 'token-ages'),
    ...(tokens.length > 0 ? [section(tokenTable(tokens))] : []),
    ...gone.map((role) => section(vacantRoleWords(role))),
    ...revocationBlocks(revocations, now),
    ...rotationBlocks(rotations, names, now),
    ...actions(
      shareable ? [button('Share in channel', ACTIONS.shareStatus, 'status')] : [],
      'status-actions',
    ),
    ...context([`As of ${when(now)}. Days are the age of the current version.`]),
  ]
  const open = rotations.length === 0 ? 'no rotation is open' : `${plural(rotations.length, 'open rotation')}`
  const text = `Capability tokens: ${problem ? 'the ages could not be read' : tokenSummary(tokens)}; ${open}.`
  return { text, blocks }
}

const vacantRoleWords = (role: Role): string =>
  `⚠ *Nobody can sign as ${ROLE_TITLES[role]}:* every account is deactivated · ${code('/rotation delegate')} names them`

/** One line, where to see more, and nothing when every old version is settled. */
export function revocationBlocks(revocations: Revocation[], now: Instant): KnownBlock[] {
  const summary = revocationSummary(revocations, now)
  return summary ? [section(`${summary} · ${code('/rotation revocations')} lists them`)] : []
}

function rotationBlocks(rotations: RotationState[], names: Names, now: Instant): KnownBlock[] {
  if (rotations.length === 0) return [section('No rotation is open. `/rotation start` begins one.')]
  const lines = rotations.slice(0, ROTATIONS_SHOWN).map((state) => rotationLine(state, names, now))
  const left = rotations.length - lines.length
  return pack([...lines, ...(left > 0 ? [`• and ${plural(left, 'more open rotation')}`] : [])]).map((text) =>
    section(text),
  )
}

/** `• INCIDENT P1 … 2 of 5 steps done, waiting for … · Open card` */
export function rotationLine(state: RotationState, names: Names, now: Instant): string {
  const card = state.permalink ? ` · ${link(state.permalink, 'Open card')}` : ''
  return `• ${cardText(state, names, now)}${card}`
}
