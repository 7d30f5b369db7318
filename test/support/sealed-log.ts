import { appendEntry } from '#domain/rotation/log-file'
import { sealerOf } from '#domain/rotation/log-keys'
import type { LogEntry, LogEvent } from '#domain/rotation/rotation-log'
import type { LogPlace, SigningKey } from '#domain/rotation/seal'
import { aLogEntry } from './log-entry-builder.ts'

/** A row of a log: its event, and what is not as usual. */
export type RowParts = Partial<LogEntry> & { event: LogEvent; keys?: SigningKey[] }

export const LOG_PLACE: LogPlace = {
  repository: 'flashfusion/agents',
  branch: 'main',
  path: 'logs/agents/rotation-log.md',
}

/** A log with these rows, oldest first, sealed by a key; two keys sign a change of the key. @param above the log that they are added to */
export const aSealedLog = (key: SigningKey | null, rows: readonly RowParts[], above = ''): string =>
  rows.reduce<string>((file, { keys, ...parts }, index) => {
    const entry = aLogEntry({
      head: { count: (above === '' ? 10 : 1_000) + index, hash: 'ab'.repeat(32) },
      environments: ['production', 'staging'],
      tokens: ['orchestrator/production', 'orchestrator/staging'],
      ...parts,
    })
    const [current = key, earlier = null] = keys ?? []
    return appendEntry(file, entry, sealerOf({ current, earlier }, LOG_PLACE, entry.event))
  }, above)
