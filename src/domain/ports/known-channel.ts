/** The channel that the bot posts in, as it was found at its first start. */
export interface KnownChannel {
  id: string
  /** The config's `channel` for which it was found. */
  configured: string
}

/** The config's `channel` no longer names the channel that the bot knows. */
export interface OutdatedName {
  sentence: string
  /** What to change in the config. */
  advice: string
}

/** What Slack calls the known channel now, and which other channel has the configured name. */
export interface ChannelNames {
  /** Null when the bot does not see the channel. */
  name: string | null
  /** Id of another channel with the configured name; null when there is none. */
  namesake: string | null
}

/**
 * Compares the config's `channel` with the names in Slack. The known channel stays the bot's own, whatever has its name
 * now.
 *
 * @returns null when nothing has to be changed
 */
export function findOutdatedName(known: KnownChannel, { name, namesake }: ChannelNames): OutdatedName | null {
  const { id, configured } = known
  if (name !== null && `#${name}` === configured) return null
  if (name === null && namesake === null) return null
  const now =
    name === null
      ? `The bot does not see its channel ${configured} (${id}) any more: it was deleted, or is private`
      : `The channel ${configured} (${id}) is called #${name} now, and the bot still posts there: the name in the config is outdated`
  const other = namesake === null ? '' : `. Another channel (${namesake}) has the name ${configured}`
  const stay = name === null ? `Invite the bot to ${id} again` : `Set channel to "#${name}" in the config`
  const move = namesake === null ? '' : `; to move the bot to the other channel, set channel to ${namesake}`
  return { sentence: `${now}${other}`, advice: `${stay}${move}.` }
}
