import { readFileSync } from 'node:fs'
import type { PoolConfig } from 'pg'
import { DatabaseProblem } from '../database-problem.ts'

/** Where a PostgreSQL database is, as its address says it. */
export type Address = Pick<PoolConfig, 'host' | 'port' | 'user' | 'password' | 'database' | 'ssl'>

const SSL_MODES = ['disable', 'require', 'verify-ca', 'verify-full'] as const
type SslMode = (typeof SSL_MODES)[number]

const PARAMETERS = ['host', 'sslmode', 'sslrootcert']

/**
 * Reads `postgres://user:password@host:port/database?sslmode=…&sslrootcert=…`. What it leaves out is taken from `PGPASSWORD` and
 * the like.
 *
 * @throws DatabaseProblem
 */
export function readAddress(database: string): Address {
  if (!URL.canParse(database))
    throw new DatabaseProblem(
      'DATABASE_URL is no address: write postgres://user@host:5432/database, with “%” and the code for special characters in the password.',
    )
  const url = new URL(database)
  const name = decodeURIComponent(url.pathname.slice(1))
  if (name === '') throw new DatabaseProblem('DATABASE_URL names no database: add /name after the host.')
  const unknown = [...url.searchParams.keys()].find((each) => !PARAMETERS.includes(each))
  if (unknown)
    throw new DatabaseProblem(
      `DATABASE_URL has the parameter ${unknown}, which the bot does not know. It knows ${PARAMETERS.join(', ')}.`,
    )
  const host = decodeURIComponent(url.hostname) || url.searchParams.get('host')
  return {
    ...(host && { host }),
    ...(url.port && { port: Number(url.port) }),
    ...(url.username && { user: decodeURIComponent(url.username) }),
    ...(url.password && { password: decodeURIComponent(url.password) }),
    database: name,
    ssl: readTls(url.searchParams.get('sslmode'), url.searchParams.get('sslrootcert')),
  }
}

/** As PostgreSQL's own clients understand them, without the modes that fall back to plain text. */
function readTls(mode: string | null, caFile: string | null): NonNullable<PoolConfig['ssl']> {
  const given = mode ?? (caFile === null ? 'disable' : 'verify-full')
  if (!isSslMode(given))
    throw new DatabaseProblem(
      `DATABASE_URL has sslmode=${given}. The bot knows ${SSL_MODES.join(', ')}; the others may fall back to plain text.`,
    )
  if (given === 'disable') return false
  const ca = caFile === null ? {} : { ca: readCa(caFile) }
  if (given === 'verify-full') return { rejectUnauthorized: true, ...ca }
  if (given === 'require' && caFile === null) return { rejectUnauthorized: false }
  return { rejectUnauthorized: true, checkServerIdentity: () => undefined, ...ca }
}

const isSslMode = (mode: string): mode is SslMode => SSL_MODES.some((each) => each === mode)

function readCa(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new DatabaseProblem(
      `The file of certificate authorities in DATABASE_URL (sslrootcert) cannot be read: ${reason}.`,
      { cause: error },
    )
  }
}

/** `rotation at db.example:5432`, without the password. */
export const wordAddress = ({ host, port, database }: Address): string =>
  `${database} at ${host ?? 'localhost'}:${port ?? 5432}`
