import { type Message, section } from './blocks.ts'
import { code, escapeUntrusted } from './text.ts'

/** A line of the help. */
export interface Usage {
  usage: string
  does: string
}

export interface HelpOptions {
  unknown?: string
  nearest?: string | null
}

/** All subcommands in the given order, after the unknown one if there was any. */
export function help(subcommands: Usage[], { unknown, nearest }: HelpOptions = {}): Message {
  const lead = unknown === undefined ? null : unknownWords(unknown, nearest ?? null)
  if (lead !== null && nearest)
    return { text: lead, blocks: [section([lead, `${code('/rotation help')} lists all commands.`])] }
  const table = [{ usage: '', does: 'what waits for you' }, ...subcommands].map(
    ({ usage, does }) => `${code(`/rotation ${usage}`.trim())} – ${does}`,
  )
  const title = '*Rotation bot*: runs the capability token rotation runbook step by step, with sign-off.'
  return {
    text: lead ?? 'What /rotation can do',
    blocks: [...(lead ? [section(lead)] : []), section([title, ...table])],
  }
}

function unknownWords(unknown: string, nearest: string | null): string {
  const typed = `${code(`/rotation ${unknown}`, 200)} is not a command.`
  return nearest
    ? `${typed} Did you mean ${code(`/rotation ${escapeUntrusted(nearest, 40)}`)}?`
    : `${typed} Available commands:`
}
