import { type Message, section } from './blocks.ts'
import { code, escapeUntrusted } from './text.ts'

/** A line of the help. */
export interface Usage {
  /** The word behind `/rotation` and what may follow it. */
  usage: string
  does: string
}

export interface HelpOptions {
  /** What was typed and not understood. */
  unknown?: string
  /** The subcommand that comes nearest to it. */
  nearest?: string | null
}

/** All subcommands; before them, what was typed and not understood. */
/** @param subcommands in the order in which they are listed */
export function help(subcommands: Usage[], { unknown, nearest }: HelpOptions = {}): Message {
  const lead = unknown === undefined ? null : unknownWords(unknown, nearest ?? null)
  const table = subcommands.map(({ usage, does }) => `${code(`/rotation ${usage}`)} – ${does}`)
  const title = '*Rotation bot*: capability tokens through the rotation runbook, step by step and signed off.'
  return {
    text: lead ?? 'What /rotation can do',
    blocks: [...(lead ? [section(lead)] : []), section([title, ...table])],
  }
}

function unknownWords(unknown: string, nearest: string | null): string {
  const typed = `${code(`/rotation ${unknown}`, 200)} is not a command.`
  return nearest
    ? `${typed} Did you mean ${code(`/rotation ${escapeUntrusted(nearest, 40)}`)}?`
    : `${typed} This is what there is:`
}
