import { broken, fine, type HealthCheck } from './health-check.ts'

/** The bot token has every scope of manifest.yml; extra scopes are reported. */
export const slackScopes: HealthCheck = {
  id: 'slack-scopes',
  title: 'Slack scopes',
  async run({ slack, readManifestScopes }) {
    const [wanted, granted] = await Promise.all([readManifestScopes(), slack.readScopes()])
    const lacking = wanted.filter((scope) => !granted.includes(scope))
    const spare = granted.filter((scope) => !wanted.includes(scope))
    if (lacking.length > 0)
      return [
        broken(
          `The bot token lacks ${lacking.join(', ')}`,
          'Update the app from manifest.yml, install it again, and set the new SLACK_BOT_TOKEN.',
        ),
      ]
    const more = spare.length > 0 ? `; it also has ${spare.join(', ')}, which the bot does not need` : ''
    return [fine(`The bot token has all ${wanted.length} scopes of manifest.yml${more}`)]
  },
}
