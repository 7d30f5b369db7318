/** Slack's errors for a channel in which the bot cannot post, each with what has to be done. Other errors say nothing about the channel. */
export const CHANNEL_OBSTACLES = {
  not_in_channel: 'the bot is not in the channel; invite it with /invite',
  channel_not_found: 'Slack does not know the channel, or the bot may not see it; invite it with /invite',
  is_archived: 'the channel is archived; unarchive it, or name another one in the config',
}

export const isChannelObstacle = (code: string | null): code is keyof typeof CHANNEL_OBSTACLES =>
  code !== null && Object.hasOwn(CHANNEL_OBSTACLES, code)

/** Every problem that a job has while it waits for the channel. */
export const CHANNEL_PROBLEMS: readonly string[] = Object.values(CHANNEL_OBSTACLES).map(
  (advice) => `Slack: ${advice}`,
)
