import { describeGap, type RecordGap } from '#domain/rotation/compare-records'
import { section } from './blocks.ts'
import { MESSAGE_TYPES } from './ids.ts'
import { escapeUntrusted } from './text.ts'

/** The message in the channel that the database lacks rotations that the log has. */
export function databaseGapMessage(gap: RecordGap) {
  const { sentence, advice } = describeGap(gap)
  const text = `⚠ *The bot’s database and the rotation log disagree.* ${escapeUntrusted(sentence)}. ${escapeUntrusted(advice)}`
  return { text, blocks: [section(text)], eventType: MESSAGE_TYPES.databaseGap }
}
