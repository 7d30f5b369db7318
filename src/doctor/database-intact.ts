import { broken, fine, type HealthCheck } from './health-check.ts'

/** The database finds no damage in itself. */
export const databaseIntact: HealthCheck = {
  id: 'database-intact',
  title: 'Database intact',
  async run({ database }) {
    const damage = await database.findDamage()
    if (damage === null) return [fine('The database finds no damage in itself')]
    return [
      broken(
        `The database is damaged: ${damage}`,
        'Stop the bot, keep a copy of the database as it is, and restore the newest backup.',
      ),
    ]
  },
}
