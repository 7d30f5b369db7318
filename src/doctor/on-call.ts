import { broken, fine, type HealthCheck } from './health-check.ts'
import { isGroup } from './people.ts'

/** Somebody is named whom an escalation calls. */
export const onCall: HealthCheck = {
  id: 'on-call',
  title: 'On-call',
  async run({ slack, config }) {
    const id = config.people['on-call']
    if (id === null)
      return [
        broken(
          'Nobody is named whom an escalation calls',
          'Set people.on-call in the config to the user group of DevOps on-call.',
        ),
      ]
    const handle = isGroup(id) ? (await slack.readGroup(id))?.handle : (await slack.readAccount(id))?.name
    if (handle === undefined)
      return [
        broken(`Nobody has the id ${id} that people.on-call names`, 'Correct people.on-call in the config.'),
      ]
    return [fine(`An escalation calls @${handle}`)]
  },
}
