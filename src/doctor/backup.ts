import { broken, fine, type HealthCheck, off } from './health-check.ts'

const HOUR = 3_600_000
const REMEDIATION = 'Schedule “npm run backup” to run every day, and check why it did not run.'

/** The newest backup is recent and intact. */
export const backup: HealthCheck = {
  id: 'backup',
  title: 'Backup',
  async run({ config, database, now }) {
    const { folder, maxAgeHours } = config.backup
    if (folder === null)
      return [
        off(
          'No backup is configured: if the database is lost, all rotations and their history are lost',
          'Set backup.folder in the config to a folder on another disk, and run “npm run backup” every day.',
        ),
      ]
    const newest = await database.readNewestBackup()
    if (!newest) return [broken(`There is no backup in ${folder}`, REMEDIATION)]
    if (newest.problem !== null)
      return [
        broken(
          `The newest backup, ${newest.file}, cannot be used: ${newest.problem}`,
          'Run “npm run backup”.',
        ),
      ]
    const hours = Math.floor((Date.parse(now()) - Date.parse(newest.at)) / HOUR)
    if (hours > maxAgeHours)
      return [
        broken(
          `The newest backup, ${newest.file}, is ${hours} h old; ${maxAgeHours} h are allowed`,
          REMEDIATION,
        ),
      ]
    return [fine(`The newest backup, ${newest.file}, is ${hours} h old and intact`)]
  },
}
