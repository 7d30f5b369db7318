import { type Message, section } from './blocks.ts'
import { code, theirs } from './text.ts'

interface Subcommand {
  usage: string
  does: string
}

const SUBCOMMANDS: Subcommand[] = [
  { usage: 'status', does: 'ages of all tokens, what is due, open rotations' },
  { usage: 'start', does: 'begin a rotation' },
  { usage: 'incident', does: 'begin one because something happened, or as a drill' },
  { usage: 'show R42', does: 'everything about one rotation' },
  { usage: 'history [n]', does: 'the last n rotations (10)' },
  { usage: 'abort [R42]', does: 'give a rotation up, with a reason' },
  { usage: 'help', does: 'this list' },
]

export interface HelpOptions {
  /** What was typed and not understood. */
  unknown?: string
  /** The subcommand that comes nearest to it. */
  nearest?: string | null
}

/** All subcommands; before them, what was typed and not understood. */
export function help({ unknown, nearest }: HelpOptions = {}): Message {
  const lead = unknown === undefined ? null : unknownWords(unknown, nearest ?? null)
  const table = SUBCOMMANDS.map(({ usage, does }) => `${code(`/rotation ${usage}`)} – ${does}`)
  const title = '*Rotation bot*: capability tokens through the rotation runbook, step by step and signed off.'
  return {
    text: lead ?? 'What /rotation can do',
    blocks: [...(lead ? [section(lead)] : []), section([title, ...table])],
  }
}

function unknownWords(unknown: string, nearest: string | null): string {
  const typed = `${code(`/rotation ${unknown}`, 200)} is not a command.`
  return nearest
    ? `${typed} Did you mean ${code(`/rotation ${theirs(nearest, 40)}`)}?`
    : `${typed} This is what there is:`
}
