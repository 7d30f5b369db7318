import { OTHERS_CONNECTED } from '#domain/ports/present-bots'
import { broken, fine, type HealthCheck, reach } from './health-check.ts'

/** Slack would accept a Socket Mode connection, and no other bot has one. None is opened, because it would receive the bot's events. */
export const slackConnection: HealthCheck = {
  id: 'slack-connection',
  title: 'Slack connection',
  run: ({ slack, othersConnected }) =>
    reach(
      () => slack.findConnectionObstacle(),
      'Check that the bot’s network can reach Slack (SLACK_API_URL).',
      (obstacle) => [
        obstacle === null
          ? fine('Slack accepts the app token and allows a connection')
          : broken(
              obstacle,
              'Enable Socket Mode for the app, and set SLACK_APP_TOKEN to an app-level token with the scope connections:write.',
            ),
        ...(othersConnected ? [broken(OTHERS_CONNECTED.sentence, OTHERS_CONNECTED.advice)] : []),
      ],
    ),
}
