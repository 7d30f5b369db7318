import { broken, fine, type HealthCheck, reach } from './health-check.ts'

const MIB = 1024 ** 2
const LEAST_FREE = 256 * MIB

/** The database is writable and the disk has room. */
export const database: HealthCheck = {
  id: 'database',
  title: 'Database',
  run: ({ database: records }) =>
    reach(
      () => records.inspect(),
      'Check that DATABASE_URL names a SQLite file in a folder that the bot may write to.',
      ({ exists, bytes, freeBytes, writeProblem }) => {
        if (writeProblem !== null)
          return [
            broken(
              `The database cannot be written: ${writeProblem}`,
              'Give the bot write access to the file and its folder, and stop other programs that lock it.',
            ),
          ]
        if (freeBytes < LEAST_FREE)
          return [
            broken(
              `The disk has ${inMib(freeBytes)} left for the database`,
              `Make room: at least ${inMib(LEAST_FREE)} should be free.`,
            ),
          ]
        if (!exists)
          return [
            fine(
              `There is no database yet; the bot creates it when it starts, and ${inMib(freeBytes)} are free`,
            ),
          ]
        return [
          fine(`The database is writable and uses ${inMib(bytes)}; ${inMib(freeBytes)} are free on the disk`),
        ]
      },
    ),
}

const inMib = (bytes: number): string => `${Math.round(bytes / MIB).toLocaleString('en')} MiB`
