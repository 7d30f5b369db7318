import { broken, fine, type HealthCheck, reach } from './health-check.ts'

/** Slack would give the bot a Socket Mode connection; none is opened, because it would take envelopes from the bot's own. */
export const slackConnection: HealthCheck = {
  id: 'slack-connection',
  title: 'Slack connection',
  run: ({ slack }) =>
    reach(
      () => slack.findConnectionObstacle(),
      'See that the network lets the bot reach Slack (SLACK_API_URL).',
      (obstacle) => [
        obstacle === null
          ? fine('Slack takes the app token and gives out connections')
          : broken(
              obstacle,
              'Switch Socket Mode on for the app, and set SLACK_APP_TOKEN to an app-level token with the scope connections:write.',
            ),
      ],
    ),
}
