import type { FileSeen, ServerSeen } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { broken, fine, type HealthCheck, reach } from './health-check.ts'

const MIB = 1024 ** 2
const LEAST_FREE = 256 * MIB
const MOST_LAG_SECONDS = 60

/** The database is writable, and its disk has room; of a server, the bot has its rights there, and its standbys follow. */
export const database: HealthCheck = {
  id: 'database',
  title: 'Database',
  run: ({ database: records }) =>
    reach(
      () => records.inspect(),
      'Check that DATABASE_URL names a SQLite file in a folder that the bot may write to, or a PostgreSQL database that it can reach.',
      (seen) => [
        seen.versionProblem
          ? judgeVersion(seen.versionProblem)
          : seen.kind === 'file'
            ? judgeFile(seen)
            : judgeServer(seen),
      ],
    ),
}

/** @param problem what is wrong, then what to do */
function judgeVersion(problem: string): HealthCheckResult {
  const [sentence = problem, ...advice] = problem.split('. ')
  return broken(sentence, advice.join('. '))
}

function judgeFile({ exists, bytes, freeBytes, writeProblem }: FileSeen): HealthCheckResult {
  if (writeProblem !== null)
    return broken(
      `The database cannot be written: ${writeProblem}`,
      'Give the bot write access to the file and its folder, and stop other programs that lock it.',
    )
  if (freeBytes < LEAST_FREE)
    return broken(
      `The disk has ${inMib(freeBytes)} left for the database`,
      `Make room: at least ${inMib(LEAST_FREE)} should be free.`,
    )
  if (!exists)
    return fine(
      `There is no database yet; the bot creates it when it starts, and ${inMib(freeBytes)} are free`,
    )
  return fine(`The database is writable and uses ${inMib(bytes)}; ${inMib(freeBytes)} are free on the disk`)
}

function judgeServer(seen: ServerSeen): HealthCheckResult {
  const { name, version, exists, bytes, writeProblem, missingGrants, standbyLagSeconds: lag } = seen
  if (writeProblem !== null)
    return broken(
      `The database ${name} cannot be written: ${writeProblem}`,
      'Let DATABASE_URL name the primary server.',
    )
  if (missingGrants !== null)
    return broken(
      `The bot lacks rights in the database ${name}`,
      `As an administrator of PostgreSQL: ${missingGrants}`,
    )
  if (lag !== null && lag > MOST_LAG_SECONDS)
    return broken(
      `A standby of the database ${name} is ${Math.round(lag)} s behind`,
      'See why it cannot follow: what it has not got would be lost if it took over now.',
    )
  if (!exists)
    return fine(`PostgreSQL ${version} is ready (${name}); the bot makes its tables when it starts`)
  const standby = lag === null ? '' : `; the slowest standby is ${Math.round(lag)} s behind`
  return fine(`The database ${name} (PostgreSQL ${version}) is writable and uses ${inMib(bytes)}${standby}`)
}

const inMib = (bytes: number): string => `${Math.round(bytes / MIB).toLocaleString('en')} MiB`
