import { broken, fine, type HealthCheck, reach } from './health-check.ts'

/** The ticket for reports exists and is open. */
export const ticket: HealthCheck = {
  id: 'ticket',
  title: 'Ticket',
  run: ({ tickets, config }) => {
    const { name, inJira } = config.ticket
    return reach(
      () => tickets.find(),
      'Check that the credentials and the address are right, and that the account may see the ticket.',
      (found) => {
        if (found?.open) return [fine(`The ticket ${name} is ${found.name}, and open`)]
        if (found)
          return [
            broken(
              `The ticket ${found.name} is closed, so step 5 would fail`,
              `Reopen it, or name another in the config (ticket): ${found.url}`,
            ),
          ]
        if (inJira)
          return [
            broken(
              `There is no ticket ${name} in Jira, or the account may not see it`,
              'Create it, or name another in the config (ticket).',
            ),
          ]
        return [fine(`There is no ticket ${name} yet; the first report creates it`)]
      },
    )
  },
}
