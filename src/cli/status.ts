import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { readConfig } from '#config/config'
import { DatabaseProblem } from '#db/database-problem'
import { isPostgresUrl } from '#db/dialect'
import { assertKnownVersion } from '#db/open-database'
import { findUnresolvedRevocations } from '#db/queries/revocations'
import { findOpenRotations } from '#db/queries/rotations'
import { findAges } from '#db/queries/token-ages'
import { readDatabase } from '#db/read-database'
import type { Db } from '#db/schema'
import { deadlineOf, isOverdue } from '#domain/revocations/revocation'
import { approvals, type Instant, rotationLabel } from '#domain/rotation/rotation'
import { turnOf } from '#domain/rotation/turn'
import { compareUrgency, freshness } from '#domain/tokens/token-age'
import { chooseClock } from '#startup/choose-clock'
import type { CliCommand } from './command.ts'

/** Says how old the tokens are and what is open, from the database alone: it asks no other system, and writes nothing. */
export const status: CliCommand = {
  failed: 'The status cannot be read',
  async run(args) {
    const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } })
    const config = readConfig(process.env)
    const { database } = config
    if (!isPostgresUrl(database) && !existsSync(database))
      throw new DatabaseProblem(
        `There is no database at ${database}. Start the bot once, or set DATABASE_URL to the one that it uses.`,
      )
    const now = (await chooseClock(config.env)).now()
    const read = await readDatabase(database, async (db) => {
      await assertKnownVersion(db, 'The database')
      return readStatus(db, config.cadence['time-zone'], now)
    })
    process.stdout.write(values.json ? `${JSON.stringify(read, null, 2)}\n` : statusText(read))
    return 0
  },
}

type Status = Awaited<ReturnType<typeof readStatus>>

/** @param timeZone of the cadence */
async function readStatus(db: Db, timeZone: string, now: Instant) {
  const ages = await findAges(db, timeZone, now)
  const rotations = await findOpenRotations(db)
  const oldVersions = await findUnresolvedRevocations(db)
  return {
    at: now,
    /** When the secrets manager was read last; null before the first reading. */
    readAt: ages?.readAt ?? null,
    problem: ages?.problem ?? null,
    tokens: (ages?.tokens ?? [])
      .toSorted(compareUrgency)
      .map((token) => ({ ...token, state: freshness(token) })),
    rotations: rotations.map((rotation) => ({
      id: rotationLabel(rotation.id),
      status: rotation.status,
      trigger: rotation.trigger,
      severity: rotation.severity,
      owner: rotation.ownerId,
      openedAt: rotation.openedAt,
      stepsDone: rotation.steps.filter((step) => step.completion).map((step) => step.id),
      signedAs: approvals(rotation).map(({ role }) => role),
      waitsFor: turnOf(rotation).kind,
    })),
    oldVersions: oldVersions.map((row) => ({
      rotation: rotationLabel(row.rotationId),
      agent: row.agent,
      environment: row.environment,
      versionId: row.versionId,
      state: row.issuer ?? row.state,
      deadline: deadlineOf(row),
      isOverdue: isOverdue(row, now),
    })),
  }
}

function statusText({ readAt, problem, tokens, rotations, oldVersions }: Status): string {
  const lines = [
    readAt ? `Token ages as of ${readAt}:` : 'The token ages were not read yet.',
    ...(problem ? [`They could not be read since: ${problem}`] : []),
    ...tokens.map(
      ({ agent, environment, ageDays, due, state, problem: why }) =>
        `  ${state.padEnd(8)}  ${agent}/${environment}  ${ageDays === null ? (why ?? 'age unknown') : `${ageDays} d old, due ${due}`}`,
    ),
    rotations.length === 0 ? 'No rotation is open.' : 'Open rotations:',
    ...rotations.map(
      ({ id, status: now, trigger, stepsDone, waitsFor }) =>
        `  ${id}  ${trigger}, ${now}, ${stepsDone.length} of 5 steps done, waits for: ${waitsFor}`,
    ),
    oldVersions.length === 0 ? 'No old version is still to be revoked.' : 'Old versions still to be revoked:',
    ...oldVersions.map(
      ({ rotation, agent, environment, versionId, state, deadline, isOverdue: late }) =>
        `  ${late ? 'OVERDUE   ' : ''}${agent}/${environment} ${versionId.slice(0, 8)} of ${rotation}: ${state}, until ${deadline}`,
    ),
  ]
  return `${lines.join('\n')}\n`
}
