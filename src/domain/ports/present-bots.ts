/** A bot that runs on the same database. */
export interface PresentBot {
  /** `host:pid`. */
  name: string
  /** Digest of its configuration. */
  config: string
}

/** That somebody else is connected to the bot's Slack app. */
export const OTHERS_CONNECTED = {
  sentence:
    'Slack counts more connections of this app than the bots on this database have: another bot gets some of the commands and clicks, and with a database of its own it knows other rotations',
  advice: 'Stop the one that should not run, or give it a Slack app of its own.',
}

export const wordOthersConnected = (): string => `${OTHERS_CONNECTED.sentence}. ${OTHERS_CONNECTED.advice}`

/** How the configurations of bots differ, a sentence; null when they do not. */
export function describeConfigs(bots: readonly PresentBot[]): string | null {
  const byConfig = Map.groupBy(bots, ({ config }) => config)
  if (byConfig.size < 2) return null
  const groups = [...byConfig].map(
    ([config, same]) => `${config} on ${same.map(({ name }) => name).join(' and ')}`,
  )
  return `The bots on this database have different configurations: ${groups.toSorted().join('; ')}`
}
