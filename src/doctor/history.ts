import type { Diagnostics } from '#domain/ports/diagnostics'
import { findChainBreak } from '#domain/rotation/event-chain'
import { parseRow } from '#domain/rotation/rotation-log'
import { NotReadable } from '#domain/tokens/secret'
import { broken, fine, type HealthCheck } from './health-check.ts'

/** The history agrees with its hash chain and with the heads in the log in git. */
export const history: HealthCheck = {
  id: 'history',
  title: 'History',
  async run(diagnostics) {
    const events = await diagnostics.database.readHistory()
    const witnesses = await readWitnesses(diagnostics)
    const problem = findChainBreak(events, witnesses ?? [])
    if (problem)
      return [
        broken(
          `The history was altered: ${problem}`,
          'Stop the bot, keep the file, and compare it with the newest backup and the log in git.',
        ),
      ]
    const heads =
      witnesses === null
        ? 'the log in git could not be read to compare'
        : `${witnesses.length} ${witnesses.length === 1 ? 'log entry in git agrees' : 'log entries in git agree'}`
    return [fine(`${events.length} events are chained without a gap; ${heads}`)]
  },
}

/** Null when the log is unreachable: the chain is still checked. */
async function readWitnesses({ repository }: Diagnostics) {
  try {
    const file = await repository.readLog()
    return (file?.text ?? '').split(/\r?\n/).flatMap((line) => parseRow(line)?.head ?? [])
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return null
  }
}
