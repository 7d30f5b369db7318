import { describeConfigs } from '#domain/ports/present-bots'
import { broken, fine, type HealthCheck } from './health-check.ts'

/** Every bot on the same database runs with the same configuration. */
export const configurations: HealthCheck = {
  id: 'configurations',
  title: 'Configurations',
  async run({ database }) {
    const bots = await database.readBots()
    if (bots === null) return [fine('With SQLite one bot runs, with one configuration')]
    const problem = describeConfigs(bots)
    if (problem !== null)
      return [
        broken(
          problem,
          'Give each of them the same rotation.config.yml, and start those again that read the older one.',
        ),
      ]
    if (bots.length === 0) return [fine('No bot runs now on this database')]
    return [fine(`Bots on this database: ${bots.length}, with the same configuration`)]
  },
}
