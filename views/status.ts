import type { KnownBlock } from '@slack/types'
import type { Revocation } from '#domain/revocations/revocation'
import { type Instant, ROLE_TITLES, type Role } from '#domain/rotation/rotation'
import type { RecordedWaiver } from '#domain/rotation/waiver'
import type { AgeReading } from '#domain/tokens/age-reading'
import { actions, button, context, type Message, section } from './blocks.ts'
import { cardText } from './card.ts'
import { ACTIONS } from './ids.ts'
import { image } from './image.ts'
import { MESSAGE_BUDGET } from './limits.ts'
import { jsonBytes, packGroups } from './pack.ts'
import type { ShownPictures } from './pictures/picture.ts'
import { revocationSummary } from './revocation-lines.ts'
import type { Names, RotationState } from './state.ts'
import { code, escapeUntrusted, link, plural } from './text.ts'
import { when } from './times.ts'
import { tokenLines, tokenSummary } from './token-lines.ts'
import { tokenTable } from './token-table.ts'
import { waiverLines } from './waiver.ts'

export interface StatusOptions {
  /** As last read; null before the first reading. */
  ages: AgeReading | null
  rotations: RotationState[]
  /** Unresolved revocations of old versions, of any rotation. */
  revocations?: Revocation[]
  /** The newest waivers of the promotion gate. */
  waivers?: readonly RecordedWaiver[]
  /** Roles whose holders are all deactivated. */
  vacant?: Role[]
  names: Names
  now: Instant
  /** Pictures uploaded to Slack; the table has the same facts. */
  pictures?: ShownPictures
  /** Whether to show the button that shares it in the channel. */
  shareable?: boolean
}

const ROTATIONS_SHOWN = 8
/** For what follows the open rotations. */
const FRAME_BYTES = 1_000

/** `/rotation status`: token ages, what needs attention, and the open rotations. */
export function status(options: StatusOptions): Message {
  const { ages, rotations, revocations = [], vacant = [], now, pictures = {}, shareable = true } = options
  const lead: KnownBlock[] = [
    ...ageBlocks(ages, pictures),
    ...waiverLines(options.waivers ?? [], options.names, now).map((line) => section(line)),
    ...vacant.map((role) => section(vacantRoleWords(role))),
    ...revocationBlocks(revocations, now),
  ]
  const blocks: KnownBlock[] = [
    ...lead,
    ...rotationBlocks(options, MESSAGE_BUDGET - FRAME_BYTES - jsonBytes(lead)),
    ...actions(
      shareable ? [button('Share in channel', ACTIONS.shareStatus, 'status')] : [],
      'status-actions',
    ),
    ...(ages ? context([`Token ages as of ${when(ages.readAt)}.`]) : []),
  ]
  const open = rotations.length === 0 ? 'no rotation is open' : `${plural(rotations.length, 'open rotation')}`
  return { text: `Capability tokens: ${agesInShort(ages)}; ${open}.`, blocks }
}

function agesInShort(ages: AgeReading | null): string {
  if (!ages) return 'token ages are being read'
  return ages.problem ? 'token ages could not be read' : tokenSummary(ages.tokens)
}

function ageBlocks(ages: AgeReading | null, pictures: ShownPictures): KnownBlock[] {
  if (!ages)
    return [
      section('*Capability tokens* · The token ages are being read for the first time, and follow here.'),
    ]
  const { tokens, problem } = ages
  return [
    section(`*Capability tokens* · ${tokenSummary(tokens)}`),
    ...(problem ? [section(`⚠ *Token ages could not be read:* ${escapeUntrusted(problem, 800)}`)] : []),
    section(tokenLines(tokens)),
    ...image(pictures, 'token-ages'),
    ...(tokens.length > 0 ? [section(tokenTable(tokens))] : []),
  ]
}

const vacantRoleWords = (role: Role): string =>
  `⚠ *Nobody can sign as ${ROLE_TITLES[role]}:* every account is deactivated · ${code('/rotation delegate')} lists them`

/** The pending revocations in one line; no block when there are none. */
export function revocationBlocks(revocations: Revocation[], now: Instant): KnownBlock[] {
  const summary = revocationSummary(revocations, now)
  return summary ? [section(`${summary} · ${code('/rotation revocations')} lists them`)] : []
}

/** @param bytes of JSON that they may have */
function rotationBlocks({ rotations, names, now }: StatusOptions, bytes: number): KnownBlock[] {
  if (rotations.length === 0) return [section('No rotation is open. Start one with `/rotation start`.')]
  const lines = rotations.slice(0, ROTATIONS_SHOWN).map((state) => rotationLine(state, names, now))
  const { blocks, left } = packGroups([lines], { blocks: ROTATIONS_SHOWN, bytes })
  const more = left.length + rotations.length - lines.length
  return [...blocks, ...(more > 0 ? [section(`• and ${plural(more, 'more open rotation')}`)] : [])]
}

/** `• INCIDENT P1 … 2 of 5 steps done, waiting for … · Open card` */
export function rotationLine(state: RotationState, names: Names, now: Instant): string {
  const card = state.permalink ? ` · ${link(state.permalink, 'Open card')}` : ''
  return `• ${cardText(state, names, now)}${card}`
}
