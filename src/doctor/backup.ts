import type { DiagnosticsConfig } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { broken, fine, type HealthCheck, off } from './health-check.ts'

const HOUR = 3_600_000

const DUMP = 'pg_dump --format=custom --file=rotation-$(date -u +%Y-%m-%dT%H-%M-%SZ).dump'

/** The newest backup is recent and intact. */
export const backup: HealthCheck = {
  id: 'backup',
  title: 'Backup',
  async run({ config, database, now }) {
    const { folder, maxAgeHours, isOfServer } = config.backup
    if (folder === null) return [notConfigured(config.backup)]
    const command = isOfServer ? DUMP : 'npm run backup'
    const remediation = `Schedule “${command}” to run every day, and check why it did not run.`
    const newest = await database.readNewestBackup()
    if (!newest) return [broken(`There is no backup in ${folder}`, remediation)]
    const { file, problem, isVerified } = newest
    if (problem !== null)
      return [broken(`The newest backup, ${file}, cannot be used: ${problem}`, `Run “${command}”.`)]
    const hours = Math.floor((Date.parse(now()) - Date.parse(newest.at)) / HOUR)
    if (hours > maxAgeHours)
      return [
        broken(`The newest backup, ${file}, is ${hours} h old; ${maxAgeHours} h are allowed`, remediation),
      ]
    const state = isVerified ? ' and intact' : '; try now and then whether it can be restored'
    return [fine(`The newest backup, ${file}, is ${hours} h old${state}`)]
  },
}

function notConfigured({ isOfServer }: DiagnosticsConfig['backup']): HealthCheckResult {
  if (isOfServer)
    return off(
      'No folder of backups is configured, so that the age of the newest one is not seen here',
      `Set backup.folder in the config to the folder in which “${DUMP}” runs every day, or leave it out where the server is backed up in another way.`,
    )
  return off(
    'No backup is configured: if the database is lost, all rotations and their history are lost',
    'Set backup.folder in the config to a folder on another disk, and run “npm run backup” every day.',
  )
}
