import type { ClockReading } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { NotReadable } from '#domain/tokens/secret'
import { broken, type HealthCheck, orFine, unread } from './health-check.ts'

const SECOND = 1_000
const MOST_MS = 30 * SECOND

/** The machine's clock agrees with Slack and GitHub; deadlines and AWS signatures depend on it. */
export const clocks: HealthCheck = {
  id: 'clocks',
  title: 'Clock',
  async run({ slack, repositoryRecords, database }) {
    const results = await Promise.all([
      compare('Slack', () => slack.readClock()),
      compare('GitHub', () => repositoryRecords.readClock()),
      compare('the database', () => database.readClock()),
    ])
    const within = `The machine’s clock is within ${MOST_MS / SECOND} s of Slack’s and GitHub’s`
    return orFine(results.flat(), within)
  },
}

async function compare(
  system: string,
  read: () => Promise<ClockReading | null>,
): Promise<HealthCheckResult[]> {
  try {
    const reading = await read()
    if (!reading) return []
    const { remote, local } = reading
    const ahead = local - remote
    if (Math.abs(ahead) <= MOST_MS) return []
    const distance = `${Math.round(Math.abs(ahead) / SECOND)} s ${ahead > 0 ? 'ahead of' : 'behind'}`
    return [
      broken(
        `The machine’s clock is ${distance} ${system}’s`,
        'Synchronize the machine’s clock by NTP; AWS refuses every call from 5 minutes on.',
      ),
    ]
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return [unread(error.message, `Restore the connection to ${system}, then run the doctor again.`)]
  }
}
