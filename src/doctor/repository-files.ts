import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { LogBroken, misplacedRow, readLogRows } from '#domain/rotation/log-file'
import { RegistryWrong } from '#domain/tokens/registry'
import { broken, fine, type HealthCheck } from './health-check.ts'

/** Registry and rotation log can be read from the branch. */
export const repositoryFiles: HealthCheck = {
  id: 'repository-files',
  title: 'Registry and log',
  run: async (diagnostics) => [await inspectRegistry(diagnostics), await inspectLog(diagnostics)],
}

async function inspectRegistry({ repository, config }: Diagnostics): Promise<HealthCheckResult> {
  const { registry } = config.repository
  try {
    const tokens = await repository.readRegistry()
    const unlisted = new Set(tokens.map((token) => token.environment)).difference(
      new Set(config.environments.map((each) => each.name)),
    )
    if (unlisted.size > 0)
      return broken(
        `The registry ${registry} has tokens of ${[...unlisted].join(', ')}, which the config does not list`,
        'Add each under environments in the config, with how it is deployed to; its tokens cannot be rotated before.',
      )
    if (tokens.length > 0) return fine(`The registry ${registry} names ${tokens.length} tokens`)
    return broken(`The registry ${registry} names no token`, PROPOSE)
  } catch (error) {
    if (!(error instanceof RegistryWrong)) throw error
    return broken(error.message, PROPOSE)
  }
}

const PROPOSE = 'Fix the file, or merge the pull request of /rotation registry.'

async function inspectLog({ repository, config }: Diagnostics): Promise<HealthCheckResult> {
  const { log } = config.repository
  try {
    const file = await repository.readLog()
    if (!file) return fine(`There is no log ${log} yet; the first entry creates it`)
    const rows = readLogRows(file.text)
    const misplaced = misplacedRow(rows)
    if (misplaced)
      return broken(
        `In the log ${log} row ${misplaced.number} is in place ${misplaced.place}`,
        'A row was removed, added or moved by hand: compare with the file’s history, and restore it.',
      )
    return fine(`The log ${log} has ${rows.length} ${rows.length === 1 ? 'entry' : 'entries'}`)
  } catch (error) {
    if (!(error instanceof LogBroken)) throw error
    return broken(error.problem, error.remediation)
  }
}
