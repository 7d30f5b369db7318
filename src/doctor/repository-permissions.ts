import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { broken, fine, type HealthCheck, unknown } from './health-check.ts'

const GRANT =
  'Give the token the permissions listed in the README (Contents, Pull requests, Issues and Actions: read and write).'

/** What the bot writes by each permission, and the job that proves it. */
const WRITES = [
  { permission: 'Contents', job: 'log-entry' },
  { permission: 'Actions', job: 'workflow-dispatch' },
  { permission: 'Issues', job: 'ticket-comment' },
  { permission: 'Pull requests', job: 'registry-proposal' },
] as const

/**
 * The token may write what the bot writes. GitHub does not reveal the write permissions of a fine-grained
 * token, so only past writes prove them.
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
          `The token’s account may only read ${config.repository.name}`,
          'Give the account write access to the repository, or use a token of one that has it.',
        ),
      ]
    if (scopes) return [classic(scopes, isPrivate)]
    return [await provenByJobs({ config, database })]
  },
}

function classic(scopes: string[], isPrivate: boolean): HealthCheckResult {
  const enough = scopes.includes('repo') || (!isPrivate && scopes.includes('public_repo'))
  if (enough) return fine(`A classic token with the scopes ${scopes.join(', ')}, which allow all writes`)
  return broken(
    `The classic token has the scopes ${scopes.join(', ') || '(none)'}, which is not enough to write`,
    'Give it the scope repo, or use a fine-grained token with the permissions listed in the README.',
  )
}

async function provenByJobs({
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
  const written =
    proven.length > 0 ? `The bot last wrote ${proven.join(', ')}` : 'The bot has written nothing yet'
  if (unproven.length === 0) return fine(written)
  return unknown(
    `${written}; write access to ${unproven.join(', ')} can’t be checked in advance`,
    'Check on GitHub that the token has read and write permission for each; the first write proves it.',
  )
}
