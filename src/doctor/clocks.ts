import type { ClockReading } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { NotReadable } from '#domain/tokens/secret'
import { broken, type HealthCheck, orFine, unknown } from './health-check.ts'

const SECOND = 1_000
const MOST_MS = 30 * SECOND

/** The machine's clock agrees with those of Slack and GitHub: deadlines, and signatures for AWS, are made by it. */
export const clocks: HealthCheck = {
  id: 'clocks',
  title: 'Clock',
  async run({ slack, repositoryRecords }) {
    const results = await Promise.all([
      compare('Slack', () => slack.readClock()),
      compare('GitHub', () => repositoryRecords.readClock()),
    ])
    const within = `The machine’s clock is within ${MOST_MS / SECOND} s of those of Slack and GitHub`
    return orFine(results.flat(), within)
  },
}

async function compare(system: string, read: () => Promise<ClockReading>): Promise<HealthCheckResult[]> {
  try {
    const { theirs, ours } = await read()
    const ahead = ours - theirs
    if (Math.abs(ahead) <= MOST_MS) return []
    const distance = `${Math.round(Math.abs(ahead) / SECOND)} s ${ahead > 0 ? 'ahead of' : 'behind'}`
    return [
      broken(
        `The machine’s clock is ${distance} ${system}’s`,
        'Let the machine keep its time by NTP; from 5 minutes on AWS refuses every call.',
      ),
    ]
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return [unknown(error.message, `Restore the connection to ${system}, then run the doctor again.`)]
  }
}
