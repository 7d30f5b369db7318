/** A bot that runs on the same database. */
export interface PresentBot {
  /** `host:pid`. */
  name: string
  /** Digest of its configuration. */
  config: string
}

/** How the configurations of bots differ, a sentence; null when they do not. */
export function describeConfigs(bots: readonly PresentBot[]): string | null {
  const byConfig = Map.groupBy(bots, ({ config }) => config)
  if (byConfig.size < 2) return null
  const groups = [...byConfig].map(
    ([config, same]) => `${config} on ${same.map(({ name }) => name).join(' and ')}`,
  )
  return `The bots on this database have different configurations: ${groups.toSorted().join('; ')}`
}
