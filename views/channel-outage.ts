import { section } from './blocks.ts'
import { MESSAGE_TYPES } from './ids.ts'
import { escapeUntrusted, list, sentenceCase } from './text.ts'

/** The direct message that the bot cannot post in its channel. @param rotations labels of the open ones */
export function channelOutageMessage(outage: { channel: string; problem: string; rotations: string[] }) {
  const { channel, problem, rotations } = outage
  const open = rotations.length === 0 ? '' : ` Open now: ${list(rotations, 20)}.`
  const text = `⚠ *The bot cannot post in ${escapeUntrusted(channel)}.* ${escapeUntrusted(sentenceCase(problem))}. Cards, threads and notices wait, and are sent without further action as soon as it can post there again.${open}`
  return { text, blocks: [section(text)], eventType: MESSAGE_TYPES.channelOutage }
}
