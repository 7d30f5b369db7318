import { broken, fine, type HealthCheck, off } from './health-check.ts'

const NAMED = 3

/** Slack takes every view of this version, by its own rules. */
export const screens: HealthCheck = {
  id: 'screens',
  title: 'Forms and messages',
  async run({ slack }) {
    const validated = await slack.validateScreens()
    if (validated === null)
      return [
        off(
          'Not looked at: this Slack does not have blocks.validate',
          'Nothing to do: where Slack refuses a newer block, the form is shown without it.',
        ),
      ]
    const { screens: count, problems } = validated
    if (problems.length === 0) return [fine(`Slack takes all ${count} forms and messages`)]
    const named = problems.slice(0, NAMED).map(({ screen, problem }) => `${screen} (${problem})`)
    const more = problems.length > NAMED ? ` and ${problems.length - NAMED} more` : ''
    return [
      broken(
        `Slack would refuse ${problems.length} of ${count} forms and messages: ${named.join(', ')}${more}`,
        'Update the bot: Slack’s rules may have changed. If it is the newest version, report this.',
      ),
    ]
  },
}
