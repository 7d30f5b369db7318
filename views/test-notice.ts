import type { Rotation } from '#domain/rotation/rotation'
import { type Message, section } from './blocks.ts'
import { shortName } from './words.ts'

/** Tests that notices arrive; worded so that nobody takes it for a completion notice. */
export function testNotice(rotation: Pick<Rotation, 'id' | 'trigger' | 'severity'>): Message {
  const name = shortName(rotation)
  const first = `Test for ${name}: completion notices of rotations arrive here.`
  return {
    text: first,
    blocks: [
      section([
        first,
        `Nothing is complete yet. The bot reads this message back to check the channel for ${name}.`,
      ]),
    ],
  }
}
