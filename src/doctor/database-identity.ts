import { comparedHeads, compareRecords, describeGap } from '#domain/rotation/compare-records'
import { readLogRows } from '#domain/rotation/log-file'
import { broken, fine, type HealthCheck } from './health-check.ts'

/** The database knows the newest rows of the log in git: it is not an older copy, an empty one, or another bot's. */
export const databaseIdentity: HealthCheck = {
  id: 'database-identity',
  title: 'Newest database',
  async run({ database, repository }) {
    const rows = readLogRows((await repository.readLog())?.text ?? '')
    const compared = compareRecords(rows, [], await database.readOwnRecords(comparedHeads(rows)))
    if (compared.state === 'behind') {
      const { sentence, advice } = describeGap(compared)
      return [broken(sentence, advice)]
    }
    return [fine('The database knows the newest rows of the rotation log')]
  },
}
