import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { broken, fine, type HealthCheck, off, reach, unknown } from './health-check.ts'

/** The pager is set up, and tells who is on call. Nobody is paged, so the routing key itself is not tried. */
export const pager: HealthCheck = {
  id: 'pager',
  title: 'Pager',
  async run({ pager: { pages, directory } }) {
    if (!pages)
      return [
        off(
          'PagerDuty is not configured: an escalation reaches people in Slack only',
          'Set PAGERDUTY_ROUTING_KEY to an integration key (Events API v2).',
        ),
      ]
    if (!directory)
      return [
        unknown(
          'Whether PagerDuty takes the routing key is seen by a page only, and none is sent here',
          'Set PAGERDUTY_API_TOKEN, and pager.escalation-policy or pager.schedule in the config, so that at least who is on call is read.',
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
    'See that PAGERDUTY_API_TOKEN and PAGERDUTY_API_URL are right, and what the config names under pager.',
    (people) => {
      if (people === null)
        return [
          unknown(
            'PagerDuty is configured, but the config names neither an escalation policy nor a schedule to ask about',
            'Set pager.escalation-policy or pager.schedule in the config.',
          ),
        ]
      if (people.length === 0)
        return [broken('PagerDuty has nobody on call now', 'Fill the schedule in PagerDuty.')]
      const nameless = people.filter(({ email }) => email === null).length
      if (nameless > 0)
        return [
          broken(
            `${nameless} of ${people.length} on call have no e-mail address in PagerDuty, so they are not found in Slack`,
            'Give them the address that they have in Slack.',
          ),
        ]
      return [fine(`PagerDuty is in reach and has ${people.length} on call; no page was sent`)]
    },
  )
