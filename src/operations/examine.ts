import { examine } from '#doctor/examine'
import { EXAMINATIONS } from '#doctor/index'
import type { Examined } from '#domain/ports/health-check-result'
import type { Context } from '#src/context'

const SECOND = 1_000

/**
 * Looks at everything around the bot, and changes nothing.
 *
 * @param onProgress called whenever something more is known
 */
export function examineAll(
  { surroundings, config, log }: Context,
  onProgress: (examined: Examined[]) => void,
): Promise<Examined[]> {
  return examine(EXAMINATIONS, surroundings(), {
    deadlineMs: config.checks['deadline-seconds'] * SECOND,
    onProgress,
    onFault: (error, examination) => log.error({ error, examination }, 'an examination failed itself'),
  })
}
