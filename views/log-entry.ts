import type { LogEntry } from '#domain/rotation/rotation-log'
import { link } from './text.ts'

/**
 * The thread's line once an entry is in the rotation log.
 *
 * @param name as `shortName` says it
 */
export const logEntryLine = (entry: Pick<LogEntry, 'event'>, name: string, url: string): string =>
  `*${name}* ✓ Log entry “${entry.event}” committed: ${link(url, 'rotation log')}`
