import type { LogEntry } from '#rotation/rotation-log'
import { link } from './text.ts'

/** The thread's line once an entry is in the rotation log. */
export const logEntryLine = (entry: LogEntry, url: string): string =>
  `*${entry.trigger === 'chaos-drill' ? 'DRILL ' : ''}${entry.rotation}* ✓ Log entry “${entry.event}” committed: ${link(url, 'rotation log')}`
