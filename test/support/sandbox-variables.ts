import { fileURLToPath } from 'node:url'
import { CREDENTIALS } from '#sandbox/demo-users'

/** Variables for tests that never connect. */
export const SANDBOX_VARIABLES: Record<string, string> = {
  SLACK_BOT_TOKEN: CREDENTIALS.slackBotToken,
  SLACK_APP_TOKEN: CREDENTIALS.slackAppToken,
  GITHUB_TOKEN: CREDENTIALS.githubToken,
  AWS_REGION: CREDENTIALS.awsRegion,
  ROTATION_CONFIG: fileURLToPath(new URL('../../sandbox/rotation.config.yml', import.meta.url)),
}
