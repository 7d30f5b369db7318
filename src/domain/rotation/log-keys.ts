import type { KeyChange } from './key-change.ts'
import { LogBroken, type LogRow, type SealRow } from './log-file.ts'
import type { LogEvent } from './rotation-log.ts'
import { type LogPlace, publicKeyText, type SigningKey, sealRow, sealsOf } from './seal.ts'

/** The keys that a bot seals the log with. */
export interface SigningKeys {
  current: SigningKey | null
  /** The key before, from a change of the key until the row `key-changed` is written. */
  earlier: SigningKey | null
}

export const NO_KEYS: SigningKeys = { current: null, earlier: null }

/** The id of the key that sealed the newest sealed row; of a row `key-changed`, the new one. Null where no row is sealed. */
export function newestKey(rows: readonly LogRow[]): string | null {
  for (const row of rows.toReversed()) {
    const last = sealsOf(row)?.at(-1)
    if (last) return last.key
  }
  return null
}

/** How an entry is sealed in a log: not at all where there is no key, and no row was sealed before. */
export const sealerOf =
  (keys: SigningKeys, place: LogPlace, event: LogEvent): SealRow =>
  (above, cells) => {
    const chosen = chooseKeys(keys, newestKey(above), event)
    return chosen.length > 0 ? sealRow(place, above, cells, chosen) : null
  }

const BEFORE = 'ROTATION_SIGNING_KEY_BEFORE'

/** @throws LogBroken where the log was sealed by a key that the bot does not have */
function chooseKeys({ current, earlier }: SigningKeys, newest: string | null, event: LogEvent): SigningKey[] {
  if (!current) {
    if (newest === null) return []
    throw new LogBroken(
      `The rotation log is signed by the key ${newest}, and the bot has no key`,
      'Set ROTATION_SIGNING_KEY again: a row without a seal would close the promotion gate.',
    )
  }
  if (event === 'key-changed' && earlier) return [earlier, current]
  if (newest === null || newest === current.id) return [current]
  if (newest === earlier?.id) return [earlier]
  throw new LogBroken(
    `The newest row of the rotation log is signed by the key ${newest}, and the bot’s key is ${current.id}`,
    `If the key was changed, set ${BEFORE} to the earlier key, and the bot writes the row key-changed; if another bot writes this log, give each its own (repository.log).`,
  )
}

/** Whether the bot has to write that its key changed. */
export const isKeyChanged = ({ current, earlier }: SigningKeys, rows: readonly LogRow[]): boolean =>
  current !== null && earlier !== null && current.id !== earlier.id && newestKey(rows) === earlier.id

export const keyChange = (earlier: SigningKey, current: SigningKey): KeyChange => ({
  from: earlier.id,
  fromKey: publicKeyText(earlier.publicKey),
  to: current.id,
  toKey: publicKeyText(current.publicKey),
})
