import type { KnownBlock } from '@slack/types'
import { type Instant, rotationLabel } from '#domain/rotation/rotation'
import { type Message, section } from './blocks.ts'
import { cardText } from './card.ts'
import { LIMITS, MESSAGE_BUDGET } from './limits.ts'
import { packGroups, weight } from './pack.ts'
import { revocationLines } from './revocation-lines.ts'
import { snapshotLines } from './snapshot-lines.ts'
import type { Names, RotationState } from './state.ts'
import { code, escapeUntrusted, link, plural, toPlainText } from './text.ts'

/** A message, and beside it everything as a text file when the message has no room for it. */
export interface ShowMessage extends Message {
  file: { name: string; content: string } | null
}

/** `/rotation show R42`: everything that is known of one rotation. */
export function show(state: RotationState, names: Names, now: Instant): ShowMessage {
  const text = cardText(state, names, now)
  const head = section([`*${text}*`, ...(state.permalink ? [link(state.permalink, 'Open the card')] : [])])
  const groups = [
    ...undeliveredLines(state),
    ...snapshotLines(state, names),
    ...oldVersionLines(state, names, now),
    digestLines(state),
  ]
  const label = rotationLabel(state.rotation.id)
  const packed = packGroups(groups, {
    // One block each for the head and for what is left out.
    blocks: LIMITS.messageBlocks - 2,
    bytes: MESSAGE_BUDGET - weight(head) - 300,
  })
  if (packed.left.length === 0) return { text, blocks: [head, ...packed.blocks], file: null }
  const name = `${label}.txt`
  const blocks: KnownBlock[] = [
    head,
    ...packed.blocks,
    section(
      `⚠ *The rest is in the file ${code(name)}:* ${plural(packed.left.join('\n').length, 'character')} had no room here.`,
    ),
  ]
  const content = [text, ...groups.flatMap((group) => ['', ...group])].map(toPlainText).join('\n')
  return { text, blocks, file: { name, content: `${content}\n` } }
}

const undeliveredLines = ({ undelivered }: RotationState): string[][] =>
  undelivered.length === 0
    ? []
    : [
        [
          `⚠ *Not yet delivered:* ${plural(undelivered.length, 'message')}, trying again`,
          ...undelivered.map(
            ({ what, reason }) => `• ${escapeUntrusted(what, 200)}: ${escapeUntrusted(reason, 1000)}`,
          ),
        ],
      ]

/** Beside what was signed: what became of the old versions goes on after the last signature. */
const oldVersionLines = ({ revocations }: RotationState, names: Names, now: Instant): string[][] =>
  revocations.length === 0 ? [] : [revocationLines(revocations, names, now)]

const digestLines = ({ digest, ticket, logUrl }: RotationState): string[] => [
  `Digest of what would be signed now: ${code(digest)}`,
  [
    `Ticket: ${URL.canParse(ticket) ? link(ticket, ticket) : escapeUntrusted(ticket)}`,
    logUrl ? link(logUrl, 'rotation log') : 'no log entry yet',
  ].join(' · '),
]
