import { setTimeout as sleep } from 'node:timers/promises'
import { SlackError, WebAPIRateLimitedError } from '@slack/web-api'
import { mayPass } from '#integrations/slack/slack-errors'
import type { Context } from '#src/context'

/** How long a modal is worth drawing again. */
const WORTH_MS = 60_000
const FIRST_PAUSE_MS = 1_000

/**
 * Draws a modal, and again while Slack limits the rate or does not answer, for a minute at most.
 *
 * @param draw called for each attempt, so that it can show what is newest then
 * @throws the last error
 */
export const drawUntilShown = <T>(context: Context, draw: () => Promise<T>): Promise<T> =>
  draw().catch((error: unknown) => drawAgain(context, draw, error))

/** The attempts after the first one. @param failure of the first one @throws the last error */
export async function drawAgain<T>(context: Context, draw: () => Promise<T>, failure: unknown): Promise<T> {
  const until = performance.now() + WORTH_MS
  let last = failure
  for (let attempt = 0; mayBeShown(last); attempt += 1) {
    const pause = pauseAfter(last, attempt)
    if (performance.now() + pause > until) break
    const slept = await sleep(pause, true, { signal: context.stopping }).catch(() => false)
    if (!slept) break
    try {
      return await draw()
    } catch (error) {
      last = error
    }
  }
  throw last
}

/** Whether the same call may succeed soon. */
export const mayBeShown = (error: unknown): boolean => error instanceof SlackError && mayPass(error)

const pauseAfter = (error: unknown, attempt: number): number =>
  error instanceof WebAPIRateLimitedError ? error.retryAfter * 1_000 : FIRST_PAUSE_MS * 2 ** attempt
