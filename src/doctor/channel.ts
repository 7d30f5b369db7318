import { broken, fine, type HealthCheck } from './health-check.ts'

/** The bot is in the configured channel and may post there. */
export const channel: HealthCheck = {
  id: 'channel',
  title: 'Channel',
  async run({ slack, config }) {
    const obstacle = await slack.findChannelObstacle()
    if (obstacle === null) return [fine(`The bot is in ${config.channel} and may post there`)]
    return [
      broken(
        obstacle,
        `Invite the bot to ${config.channel} with /invite, or name another channel in the config (channel).`,
      ),
    ]
  },
}
