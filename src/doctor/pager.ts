import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { broken, fine, type HealthCheck, off, reach, unknown } from './health-check.ts'

/** PagerDuty is set up and shows who is on call. No page is sent, so the routing key is not tested. */
export const pager: HealthCheck = {
  id: 'pager',
  title: 'Pager',
  async run({ pager: { pages, directory } }) {
    if (!pages)
      return [
        off(
          'PagerDuty is not configured: escalations reach people in Slack only',
          'Set PAGERDUTY_ROUTING_KEY to an integration key (Events API v2).',
        ),
      ]
    if (!directory)
      return [
        unknown(
          'The routing key can only be tested by sending a page, and none is sent here',
          'Set PAGERDUTY_API_TOKEN, and pager.escalation-policy or pager.schedule in the config, so that the doctor can at least read who is on call.',
        ),
      ]
    return onCallResults(directory)
  },
}

const onCallResults = (
  directory: NonNullable<Diagnostics['pager']['directory']>,
): Promise<HealthCheckResult[]> =>
  reach(
    () => directory.onCall(),
    'Check PAGERDUTY_API_TOKEN, PAGERDUTY_API_URL and the config’s pager section.',
    (people) => {
      if (people === null)
        return [
          unknown(
            'PagerDuty is configured, but the config names neither an escalation policy nor a schedule',
            'Set pager.escalation-policy or pager.schedule in the config.',
          ),
        ]
      if (people.length === 0)
        return [broken('PagerDuty has nobody on call now', 'Fill the schedule in PagerDuty.')]
      const nameless = people.filter(({ email }) => email === null).length
      if (nameless > 0)
        return [
          broken(
            `${nameless} of ${people.length} on call have no e-mail address in PagerDuty, so the bot cannot find them in Slack`,
            'Set the e-mail address that they have in Slack.',
          ),
        ]
      return [
        fine(
          `PagerDuty is reachable and has ${people.length} ${people.length === 1 ? 'person' : 'people'} on call; no page was sent`,
        ),
      ]
    },
  )
