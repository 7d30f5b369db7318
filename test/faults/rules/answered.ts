import type { Disturbance, Evidence } from '../evidence.ts'
import type { Interaction } from '../visitor.ts'

/** What was disturbed a little earlier may still be late. */
const AFTER_MS = 5_000

/** A form is decided before it is acknowledged, and may ask Slack who is in a group. */
const isForm = ({ mark }: Interaction): boolean => mark !== null

const isExcused = (interaction: Interaction, disturbances: Disturbance[]): boolean =>
  disturbances.some(
    (each) =>
      each.from <= interaction.to &&
      each.to + AFTER_MS >= interaction.from &&
      (each.excusesAck || interaction.acked || isForm(interaction)),
  )

/** Everybody was acknowledged in time and shown something, unless the bot was disturbed at that time. */
export const answered = ({ interactions, disturbances, isSlow }: Evidence): string[] =>
  isSlow
    ? []
    : interactions.flatMap((each) => {
        if (each.acked && each.answered !== false) return []
        if (isExcused(each, disturbances)) return []
        return [
          each.acked
            ? `${each.by} was shown nothing after “${each.what}”`
            : `“${each.what}” of ${each.by} was not acknowledged: ${each.error ?? 'no reason'}`,
        ]
      })
