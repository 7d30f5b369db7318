import { broken, fine, type HealthCheck } from './health-check.ts'
import { isGroup } from './people.ts'

/** An on-call person or group is configured and exists. */
export const onCall: HealthCheck = {
  id: 'on-call',
  title: 'On-call',
  async run({ slack, config }) {
    const id = config.people['on-call']
    if (id === null)
      return [
        broken(
          'Nobody is configured for escalations',
          'Set people.on-call in the config to the user group of DevOps on-call.',
        ),
      ]
    const handle = isGroup(id) ? (await slack.readGroup(id))?.handle : (await slack.readAccount(id))?.name
    if (handle === undefined)
      return [broken(`Nobody has the id ${id} in people.on-call`, 'Correct people.on-call in the config.')]
    return [fine(`Escalations call @${handle}`)]
  },
}
