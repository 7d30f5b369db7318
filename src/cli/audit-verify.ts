import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type Config, readConfig } from '#config/config'
import { auditDatabase } from '#db/audit-database'
import { DatabaseProblem } from '#db/database-problem'
import { isPostgresUrl } from '#db/dialect'
import { assertKnownVersion } from '#db/open-database'
import { readDatabase } from '#db/read-database'
import { compareVersions, lostCommits } from '#domain/audit/log-versions'
import { isForLog } from '#domain/audit/logged-events'
import type { AuditVerdict, Tampering } from '#domain/audit/tampering'
import { NotReadable } from '#domain/tokens/secret'
import { readLogHistory } from '#integrations/github/github-log-history'
import { chooseClock } from '#startup/choose-clock'
import { type Clients, connectClients } from '#startup/connect-systems'
import { createLogger } from '#startup/logger'
import { useProxy } from '#startup/use-proxy'
import { auditLog, auditSeals, findOwnCommits, readRowsOf } from './audit/audit-log.ts'
import { readCheckoutHistory } from './audit/checkout-history.ts'
import type { CliCommand } from './command.ts'

const EXIT = { proven: 0, tampered: 3, unreadable: 2 } as const

/** Proves from the first event that nobody tampered with the database or the log. Writes nothing. */
export const auditVerify: CliCommand = {
  failed: 'The audit cannot start',
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { json: { type: 'boolean', default: false }, checkout: { type: 'string' } },
    })
    const config = readConfig(process.env)
    useProxy(process.env)
    const log = createLogger(process.env.LOG_LEVEL ? config.env.LOG_LEVEL : 'silent', process.env)
    const verdict = await verify(
      config,
      connectClients(config, await chooseClock(config.env), log),
      values.checkout,
    )
    process.stdout.write(values.json ? `${JSON.stringify(verdict, null, 2)}\n` : describe(verdict))
    return EXIT[verdict.state]
  },
}

const NOT_FOLLOWED =
  'Messages, reminders, delegations, names and what sign-off forms showed are compared after the bot was started with this version'

/** @param checkout a folder with the whole history; undefined to read it by the API */
export async function verify(config: Config, clients: Clients, checkout?: string): Promise<AuditVerdict> {
  const unreadable: string[] = []
  const orUnreadable = async <T>(read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read()
    } catch (error) {
      if (!(error instanceof NotReadable) && !(error instanceof DatabaseProblem)) throw error
      unreadable.push(error.message)
      return null
    }
  }
  // Before the database, which then knows of each row.
  const file = await orUnreadable(async () => ({ text: (await clients.repository.readLog())?.text ?? null }))
  const log = file && readRowsOf(file.text)
  const database = await orUnreadable(() => auditFile(config, log ? log.rows : null))
  const sealed = file?.text ? await orUnreadable(() => seals(config, clients, file.text ?? '')) : null
  const history = await orUnreadable(() => auditHistory(config, clients, database?.commits ?? [], checkout))
  const tampering = [
    ...(database?.tampering ?? []),
    ...(log?.tampering ?? []),
    ...(sealed?.tampering ?? []),
    ...(history ?? []),
  ]
  if (database && database.unfollowed.length > 0) unreadable.push(NOT_FOLLOWED)
  unreadable.push(...(sealed?.unreadable ?? []))
  return {
    state: tampering.length > 0 ? 'tampered' : unreadable.length > 0 ? 'unreadable' : 'proven',
    events: database?.events ?? 0,
    rows: log?.rows.length ?? 0,
    tampering,
    unreadable,
  }
}

/** In one transaction, so that a running bot changes nothing meanwhile. */
async function auditFile(config: Config, rows: ReturnType<typeof readRowsOf>['rows'] | null) {
  const { database } = config
  if (!isPostgresUrl(database) && !existsSync(database))
    throw new NotReadable(`There is no database ${database}`)
  return readDatabase(database, (db) =>
    db.transaction().execute(async (tx) => {
      await assertKnownVersion(tx, 'The database')
      const { events, tampering, logged, unfollowed } = await auditDatabase(tx, isForLog)
      const ofLog = rows ? await auditLog(tx, rows, logged) : []
      return { events, tampering: [...tampering, ...ofLog], commits: await findOwnCommits(tx), unfollowed }
    }),
  )
}

async function seals({ repository, log, signingKeys }: Config, clients: Clients, text: string) {
  const own = signingKeys.current?.publicKey.export({ format: 'pem', type: 'spki' }).toString()
  const place = {
    repository: repository.name,
    branch: log.branch ?? repository.branch,
    path: repository.log,
  }
  return auditSeals(text, place, own ?? (await clients.repository.readPublicKey()))
}

async function auditHistory(
  { repository, log }: Config,
  { github, logTarget }: Clients,
  known: string[],
  checkout: string | undefined,
): Promise<Tampering[]> {
  if (checkout !== undefined) {
    const branch = log.branch ?? repository.branch
    const { versions, commits } = await readCheckoutHistory(checkout, branch, repository.log)
    return [...compareVersions(versions), ...lostCommits(known, commits)]
  }
  const versions = await readLogHistory(github, logTarget, repository.log)
  return [...compareVersions(versions), ...lostCommits(known, new Set(versions.map(({ sha }) => sha)))]
}

function describe({ state, events, rows, tampering, unreadable }: AuditVerdict): string {
  const first = {
    proven: `Proven: ${events} events and ${rows} rows of the log agree with each other, with the tables and with git.`,
    tampered: `Tampered with: ${tampering.length} ${tampering.length === 1 ? 'place' : 'places'}.`,
    unreadable: 'Nobody can tell whether somebody tampered: not everything could be read.',
  }[state]
  return [
    first,
    ...tampering.map(({ place, sentence }) => `- ${place}: ${sentence}.`),
    ...unreadable.map((sentence) => `- not read: ${sentence}.`),
    '',
  ].join('\n')
}
