import type { LogEntry } from '#domain/rotation/rotation-log'
import { link } from './text.ts'

/**
 * The thread's line after an entry was committed to the rotation log.
 *
 * @param name from `shortName`
 */
export const logEntryLine = (entry: Pick<LogEntry, 'event'>, name: string, url: string): string =>
  `*${name}* ✓ Log entry “${entry.event}” committed: ${link(url, 'rotation log')}`
