import { type Instant, ROLE_TITLES, type Rotation, rotationLabel } from '#domain/rotation/rotation'
import { type Message, section } from './blocks.ts'
import { LIMITS, MESSAGE_BUDGET } from './limits.ts'
import { packGroups } from './pack.ts'
import type { Names } from './state.ts'
import { code, escapeUntrusted, link, plural } from './text.ts'
import { day, duration, millisBetween } from './times.ts'
import { renewalWords, shortName, TRIGGER_TITLES, tokensWords, who } from './words.ts'

export interface HistoryEntry {
  rotation: Rotation
  permalink: string | null
}

/** `/rotation history [n]`, newest first. */
export function history(entries: HistoryEntry[], names: Names, now: Instant): Message {
  if (entries.length === 0) {
    const text = 'No rotation yet. Start the first one with `/rotation start`.'
    return { text, blocks: [section(text)] }
  }
  const lines = entries.map((entry) => historyLine(entry, names, now))
  const { blocks, left } = packGroups([lines], {
    blocks: LIMITS.messageBlocks - 2,
    bytes: MESSAGE_BUDGET - 600,
  })
  const shown = entries.length - left.length
  const title = `*The last ${plural(shown, 'rotation')}*, newest first`
  const more = `${plural(left.length, 'older one')} not shown; open one with ${code('/rotation show R42')}.`
  return {
    text: `The last ${plural(shown, 'rotation')}: ${entries.slice(0, 3).map(brief).join(', ')}${shown > 3 ? ', …' : ''}`,
    blocks: [section(title), ...blocks, ...(left.length > 0 ? [section(more)] : [])],
  }
}

const brief = ({ rotation }: HistoryEntry): string => `${rotationLabel(rotation.id)} ${rotation.status}`

/** `• R42 · approved in 2 h 10 min · Manual rotation · 9 tokens … · owner … · 23 Nov · card` */
export function historyLine({ rotation, permalink }: HistoryEntry, names: Names, now: Instant): string {
  const { openedAt, closedAt, tokens, ownerId, trigger } = rotation
  return [
    `• *${shortName(rotation)}*`,
    `${SIGNS[rotation.status]} ${resultOf(rotation)} ${duration(millisBetween(openedAt, closedAt ?? now))}`,
    TRIGGER_TITLES[trigger],
    tokensWords(tokens),
    `owner ${who(ownerId, names)}`,
    day(openedAt),
    ...(rotation.status === 'aborted'
      ? [`${renewalWords(rotation)}, reason: ${escapeUntrusted(rotation.closedReason ?? '', 120)}`]
      : []),
    ...rejectionWords(rotation),
    ...(permalink ? [link(permalink, 'card')] : []),
  ].join(' · ')
}

const SIGNS: Record<Rotation['status'], string> = {
  complete: '✓',
  aborted: '✗',
  open: '▶',
  promoting: '▶',
  retiring: '▶',
}

const RESULTS: Record<Rotation['status'], string> = {
  complete: 'complete in',
  aborted: 'aborted after',
  open: 'open for',
  promoting: 'signed, being promoted, open for',
  retiring: 'signed, old versions being revoked, open for',
}

const resultOf = (rotation: Rotation): string => RESULTS[rotation.status]

function rejectionWords({ signOffs }: Rotation): string[] {
  const rejections = signOffs.filter((each) => each.decision === 'rejected')
  const [first] = rejections
  if (!first) return []
  return rejections.length === 1
    ? [`rejected once by the ${ROLE_TITLES[first.role]}`]
    : [`rejected ${rejections.length} times`]
}
