import type { RotationEvent } from '#domain/rotation/events'
import { escapeCell } from '#domain/rotation/markdown-table'
import { type Rotation, rotationLabel } from '#domain/rotation/rotation'
import { type Message, section } from './blocks.ts'
import type { Names } from './state.ts'
import { code, plural } from './text.ts'
import { threadLine } from './thread.ts'
import { toFileText } from './times.ts'
import { shortName } from './words.ts'

/** A message, and the file that it announces. */
export interface TimelineMessage extends Message {
  file: { name: string; content: string }
}

/** `/rotation timeline R42`: one Markdown row an event, in the order of the history; times are ISO 8601 in UTC. */
export function timeline(rotation: Rotation, events: RotationEvent[], names: Names): TimelineMessage {
  // Only notes that a table changed, without an event of its own.
  const happened = events.filter((event) => event.type !== 'record-changed')
  const name = `${rotationLabel(rotation.id)}-timeline.md`
  const text = `The timeline of ${shortName(rotation)}, ${plural(happened.length, 'event')}, was sent to you as a direct message: ${code(name)}`
  const rows = happened.map(
    (event) => `| ${event.at} | ${event.type} | ${escapeCell(toFileText(threadLine(event, names)))} |`,
  )
  const content = [
    `# Timeline of ${rotationLabel(rotation.id)}`,
    '',
    '| time (UTC) | event | what happened |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
  return { text, blocks: [section(text)], file: { name, content } }
}
