import { broken, fine, type HealthCheck } from './health-check.ts'

/** Node is new enough, and the time zone is known. */
export const machine: HealthCheck = {
  id: 'machine',
  title: 'Machine',
  async run({ machine: { nodeVersion, nodeNeeded, timeZone }, config }) {
    const major = Number(/^v?(\d+)/.exec(nodeVersion)?.[1] ?? 0)
    if (major < nodeNeeded)
      return [
        broken(
          `Node ${nodeVersion} is too old`,
          `Start the bot with Node ${nodeNeeded} or newer; npm ci installs one.`,
        ),
      ]
    if (timeZone === '' || timeZone === 'Etc/Unknown')
      return [
        broken(
          'The machine does not know its time zone',
          'Set TZ to a zone such as UTC or Europe/Berlin, and install the zones (tzdata).',
        ),
      ]
    return [fine(`Node ${nodeVersion}, time zone ${timeZone}; reminders use ${config.timeZone}`)]
  },
}
