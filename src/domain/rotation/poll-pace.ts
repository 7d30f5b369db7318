const SECOND = 1_000

/** How often the CI is asked. Milliseconds. */
export interface PollPace {
  /** While something changes. */
  first: number
  /** When nothing has changed for long. */
  most: number
}

export const POLL_PACE: PollPace = { first: 3 * SECOND, most: 30 * SECOND }

/** This many polls without a change double the pause. */
const POLLS_PER_PACE = 5

/**
 * The pause before the next poll: the first pause while something changes, doubled after each five polls without a change.
 *
 * @param unchanged how many polls in a row showed nothing new
 */
export const pauseBeforePoll = (unchanged: number, { first, most }: PollPace = POLL_PACE): number =>
  Math.min(most, first * 2 ** Math.floor(Math.max(0, unchanged) / POLLS_PER_PACE))
