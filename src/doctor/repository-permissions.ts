import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { broken, fine, type HealthCheck, unknown } from './health-check.ts'

const GRANT =
  'Give the token the permissions that the README names (Contents, Pull requests, Issues and Actions: read and write).'

/** What the bot writes by each permission, and the job that proves that it could. */
const WRITES = [
  { permission: 'Contents', job: 'log-entry' },
  { permission: 'Actions', job: 'workflow-dispatch' },
  { permission: 'Issues', job: 'ticket-comment' },
  { permission: 'Pull requests', job: 'registry-proposal' },
] as const

/**
 * The token may write what the bot writes. GitHub tells the rights of the account, and the scopes of a classic token, but
 * not what a fine-grained one may write before it is tried: then only what the bot has done proves it.
 */
export const repositoryPermissions: HealthCheck = {
  id: 'repository-permissions',
  title: 'GitHub permissions',
  async run({ repositoryRecords, config, database }) {
    const { mayPush, scopes, isPrivate } = await repositoryRecords.readRepository()
    const missing = await repositoryRecords.findMissingPermissions()
    if (missing.length > 0) return [broken(`The token may not even read ${missing.join(', ')}`, GRANT)]
    if (mayPush === false)
      return [
        broken(
          `The account behind the token may only read ${config.repository.name}`,
          'Give the account write access to the repository, or use a token of one that has it.',
        ),
      ]
    if (scopes) return [classic(scopes, isPrivate)]
    return [await byDeed({ config, database })]
  },
}

function classic(scopes: string[], isPrivate: boolean): HealthCheckResult {
  const enough = scopes.includes('repo') || (!isPrivate && scopes.includes('public_repo'))
  if (enough) return fine(`A classic token with the scopes ${scopes.join(', ')}, which may write all of it`)
  return broken(
    `The classic token has the scopes ${scopes.join(', ') || '(none)'}, which is not enough to write`,
    'Give it the scope repo, or use a fine-grained token with the permissions that the README names.',
  )
}

async function byDeed({
  config,
  database,
}: Pick<Diagnostics, 'config' | 'database'>): Promise<HealthCheckResult> {
  const wanted = WRITES.filter(
    ({ permission }) =>
      !(permission === 'Issues' && config.ticket.inJira) &&
      !(permission === 'Actions' && config.rotatesWith === 'secrets-manager'),
  )
  const seen = await Promise.all(
    wanted.map(async ({ permission, job }) => ({ permission, at: await database.findLastDone(job) })),
  )
  const unproven = seen.flatMap(({ permission, at }) => (at === null ? permission : []))
  const proven = seen.flatMap(({ permission, at }) => (at ? `${permission} on ${at.slice(0, 10)}` : []))
  const deeds =
    proven.length > 0 ? `The bot last wrote ${proven.join(', ')}` : 'The bot has written nothing yet'
  if (unproven.length === 0) return fine(deeds)
  return unknown(
    `${deeds}; GitHub does not say whether this token may write ${unproven.join(', ')} before it is tried`,
    'Look at the token’s permissions on GitHub (read and write for each); the first use proves it.',
  )
}
