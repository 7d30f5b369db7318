import type { KnownBlock } from '@slack/types'
import { type Instant, rotationLabel } from '#domain/rotation/rotation'
import { type Message, section } from './blocks.ts'
import { cardText } from './card.ts'
import { LIMITS, MESSAGE_BUDGET } from './limits.ts'
import { jsonBytes, packGroups } from './pack.ts'
import { revocationLines } from './revocation-lines.ts'
import { snapshotLines } from './snapshot-lines.ts'
import type { Names, RotationState } from './state.ts'
import { code, escapeUntrusted, link, plural } from './text.ts'
import { toFileText } from './times.ts'
import { whyUndelivered } from './undelivered.ts'

/** A message, and the full text as a file if it does not fit. */
export interface ShowMessage extends Message {
  file: { name: string; content: string } | null
}

/** `/rotation show R42`: the full record of one rotation. */
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
    blocks: LIMITS.messageBlocks - 2,
    bytes: MESSAGE_BUDGET - jsonBytes(head) - 300,
  })
  if (packed.left.length === 0) return { text, blocks: [head, ...packed.blocks], file: null }
  const name = `${label}.txt`
  const blocks: KnownBlock[] = [
    head,
    ...packed.blocks,
    section(
      `⚠ *The rest is in the file ${code(name)}:* ${plural(packed.left.join('\n').length, 'character')} do not fit here.`,
    ),
  ]
  const content = [text, ...groups.flatMap((group) => ['', ...group])].map(toFileText).join('\n')
  return { text, blocks, file: { name, content: `${content}\n` } }
}

const undeliveredLines = ({ undelivered }: RotationState): string[][] =>
  undelivered.length === 0
    ? []
    : [
        [
          `⚠ *Not yet delivered:* ${plural(undelivered.length, 'message')}, will retry`,
          ...undelivered.map((job) => `• ${escapeUntrusted(job.what, 200)}: ${whyUndelivered(job, 1000)}`),
        ],
      ]

/** Not part of the sign-off snapshot, because revocation continues after the last signature. */
const oldVersionLines = ({ revocations, watch }: RotationState, names: Names, now: Instant): string[][] =>
  revocations.length === 0 ? [] : [revocationLines(revocations, watch, names, now)]

const digestLines = ({ digest, runbook: { ticket }, logUrl }: RotationState): string[] => [
  `Digest of the sign-off snapshot now: ${code(digest)}`,
  [
    `Ticket: ${URL.canParse(ticket) ? link(ticket, ticket) : escapeUntrusted(ticket)}`,
    logUrl ? link(logUrl, 'rotation log') : 'no log entry yet',
  ].join(' · '),
]
