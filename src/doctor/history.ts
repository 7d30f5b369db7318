import type { Diagnostics } from '#domain/ports/diagnostics'
import type { ChainHead } from '#domain/rotation/event-chain'
import { LogBroken, readLogRows } from '#domain/rotation/log-file'
import { NotReadable } from '#domain/tokens/secret'
import { broken, fine, type HealthCheck } from './health-check.ts'

/** The history agrees with its hash chain and with the heads in the log in git. */
export const history: HealthCheck = {
  id: 'history',
  title: 'History',
  async run(diagnostics) {
    const witnesses = await readWitnesses(diagnostics)
    const { head, problem } = await diagnostics.database.verifyHistory(
      typeof witnesses === 'string' ? [] : witnesses,
    )
    if (problem)
      return [
        broken(
          `The history was altered: ${problem}`,
          'Stop the bot, keep the file, and compare it with the newest backup and the log in git.',
        ),
      ]
    const heads =
      typeof witnesses === 'string'
        ? witnesses
        : `${witnesses.length} ${witnesses.length === 1 ? 'log entry in git agrees' : 'log entries in git agree'}`
    return [fine(`${head.count} events are chained without a gap; ${heads}`)]
  },
}

/** A sentence when the log is unreachable or broken: the chain is still checked. */
async function readWitnesses({ repository }: Diagnostics): Promise<ChainHead[] | string> {
  try {
    const file = await repository.readLog()
    return readLogRows(file?.text ?? '').flatMap((row) => row.head ?? [])
  } catch (error) {
    if (error instanceof LogBroken) return `it was not compared with the log in git: ${error.problem}`
    if (!(error instanceof NotReadable)) throw error
    return 'the log in git could not be read to compare'
  }
}
