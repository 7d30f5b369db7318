import type { Rotation, Run } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { type Message, section } from './blocks.ts'
import { MESSAGE_BUDGET } from './limits.ts'
import { packGroups } from './pack.ts'
import { runWords } from './snapshot-lines.ts'
import { code, escapeUntrusted, plural } from './text.ts'
import { renewalWords, shortName } from './words.ts'

/** Maximum blocks for the token list; the remaining tokens are counted. */
const MOST_BLOCKS = 6
/** Reserved for the first line, the failure and the count. */
const HEAD_BYTES = 2_500

/** The progress of a run, token by token: one message in the thread, edited in place. */
export function runProgress(rotation: Rotation, run: Run): Message {
  const lead = `*${shortName(rotation)}* ${runWords(run)} · ${renewalWords(rotation)}`
  const lines = rotation.tokens.map((token) => {
    const version = token.newVersionId
    const state = version ? `new version ${code(version.slice(0, 8))}` : 'still on the old version'
    return `${version ? '✓' : '·'} ${escapeUntrusted(tokenLabel(token), 100)} ${state}`
  })
  const { blocks, left } = packGroups([lines], { blocks: MOST_BLOCKS, bytes: MESSAGE_BUDGET - HEAD_BYTES })
  return {
    text: lead,
    blocks: [
      section(lead),
      ...(run.state === 'failed' && run.conclusion ? [section(escapeUntrusted(run.conclusion, 1500))] : []),
      ...blocks,
      ...(left.length > 0 ? [section(`… and ${plural(left.length, 'more token')}`)] : []),
    ],
  }
}
