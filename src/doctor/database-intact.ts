import { broken, fine, type HealthCheck } from './health-check.ts'

/** SQLite finds no damage in the file. */
export const databaseIntact: HealthCheck = {
  id: 'database-intact',
  title: 'Database file',
  async run({ database }) {
    const damage = await database.findDamage()
    if (damage === null) return [fine('SQLite finds no damage in the file')]
    return [
      broken(
        `The database file is damaged: ${damage}`,
        'Stop the bot, keep the file, and restore the newest backup.',
      ),
    ]
  },
}
