import { POLL_PACE, type PollPace } from '#domain/rotation/poll-pace'

/** Pauses in which only time passes, in milliseconds. */
export interface Waits {
  /** Before the first retry of a failed outbox job; each further retry waits twice as long. */
  beforeRetry: number
  /** Between two looks for a run whose start GitHub did not answer. */
  forDispatchedRun: number
  /** Before a page that was sent more than once is resolved a second time. */
  forLatePage: number
  /** Until a connection to Slack must be ready, from its first request to Slack's hello. */
  forConnection: number
  /** Before Slack's connections are counted again, where there were more than bots: at first, and as long as there are. */
  betweenCounts: { first: number; later: number }
  /** Between two listings of the CI's runs. */
  betweenPolls: PollPace
  /** Between two readings of the use of old versions in one environment. */
  betweenUseReadings: number
  /** Between two commands of a person, after a burst of 20. */
  betweenCommands: number
  /** Between two exports to a person. */
  betweenExports: number
  /** How long `/rotation status` waits for a reading of the token ages, before it shows those read last. */
  forReading: number
  /** How long a form waits for the files that were uploaded in it: Slack wants an answer within three seconds. */
  forFiles: number
}

export const WAITS: Waits = {
  beforeRetry: 1_000,
  forDispatchedRun: 5_000,
  forLatePage: 10_000,
  forConnection: 15_000,
  betweenCounts: { first: 2 * 60_000, later: 15 * 60_000 },
  betweenPolls: POLL_PACE,
  betweenUseReadings: 10_000,
  betweenCommands: 2_000,
  betweenExports: 60_000,
  forReading: 3_000,
  forFiles: 1_800,
}
