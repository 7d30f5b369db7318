import { broken, type Examination, fine, reach } from './examination.ts'

/** Slack would give the bot a Socket Mode connection; none is opened, because it would take envelopes from the bot's own. */
export const slackConnection: Examination = {
  id: 'slack-connection',
  title: 'Slack connection',
  examine: ({ slack }) =>
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
