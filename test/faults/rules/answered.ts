import type { Disturbance, Evidence } from '../evidence.ts'
import type { Interaction } from '../people.ts'

/** What was disturbed a little earlier may still be late. */
const AFTER_MS = 5_000

const excuse = ({ from, to }: Interaction, disturbances: Disturbance[]): Disturbance | undefined =>
  disturbances.find((each) => each.from <= to && each.to + AFTER_MS >= from)

/** Everybody was acknowledged in time and shown something, unless the bot was disturbed at that time. */
export const answered = ({ interactions, disturbances, isSlow }: Evidence): string[] =>
  isSlow
    ? []
    : interactions.flatMap((each) => {
        if (each.acked && each.answered !== false) return []
        if (excuse(each, disturbances)) return []
        return [
          each.acked
            ? `${each.by} was shown nothing after “${each.what}”`
            : `“${each.what}” of ${each.by} was not acknowledged: ${each.error ?? 'no reason'}`,
        ]
      })
