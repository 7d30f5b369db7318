import { broken, fine, type HealthCheck } from './health-check.ts'

/** The bot is in its channel and may post there, and the config calls it by its name. */
export const channel: HealthCheck = {
  id: 'channel',
  title: 'Channel',
  async run({ slack, database, config }) {
    const { obstacle, outdated } = await slack.readChannel(await database.readKnownChannel())
    const wrong = outdated ? [broken(outdated.sentence, outdated.advice)] : []
    if (obstacle)
      wrong.push(
        broken(
          obstacle,
          `Invite the bot to ${config.channel} with /invite, or name another channel in the config (channel).`,
        ),
      )
    return wrong.length > 0 ? wrong : [fine(`The bot is in ${config.channel} and may post there`)]
  },
}
