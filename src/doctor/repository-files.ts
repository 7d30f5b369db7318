import type { Surroundings } from '#domain/ports/diagnostics'
import type { Finding } from '#domain/ports/health-check-result'
import { parseRow } from '#domain/rotation/rotation-log'
import { RegistryWrong } from '#domain/tokens/registry'
import { broken, type Examination, fine } from './examination.ts'

/** Registry and rotation log can be read from the branch. */
export const repositoryFiles: Examination = {
  id: 'repository-files',
  title: 'Registry and log',
  examine: async (surroundings) => [await examineRegistry(surroundings), await examineLog(surroundings)],
}

async function examineRegistry({ repository, config }: Surroundings): Promise<Finding> {
  const { registry } = config.repository
  try {
    const { length } = await repository.readRegistry()
    if (length > 0) return fine(`The registry ${registry} names ${length} tokens`)
    return broken(`The registry ${registry} names no token`, PROPOSE)
  } catch (error) {
    if (!(error instanceof RegistryWrong)) throw error
    return broken(error.message, PROPOSE)
  }
}

const PROPOSE = 'Mend the file, or merge what /rotation registry proposes.'

async function examineLog({ repository, config }: Surroundings): Promise<Finding> {
  const { log } = config.repository
  const file = await repository.readLog()
  if (!file) return fine(`There is no log ${log} yet; the first entry makes it`)
  const rows = file.text.split(/\r?\n/).flatMap((line) => parseRow(line) ?? [])
  return fine(`The log ${log} has ${rows.length} ${rows.length === 1 ? 'entry' : 'entries'}`)
}
