// The machine's clock and Slack's differ.
const SKEW_SECONDS = 10 * 60

/** From which Slack time on an earlier attempt of an effect can have posted something. */
export const postedSince = (effect: { createdAt: string }): string =>
  String(Math.floor(Date.parse(effect.createdAt) / 1_000) - SKEW_SECONDS)
