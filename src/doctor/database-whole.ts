import { broken, type Examination, fine } from './examination.ts'

/** SQLite finds nothing damaged in the file. */
export const databaseWhole: Examination = {
  id: 'database-whole',
  title: 'Database file',
  async examine({ database }) {
    const damage = await database.findDamage()
    if (damage === null) return [fine('SQLite finds nothing damaged in the file')]
    return [
      broken(
        `The database file is damaged: ${damage}`,
        'Stop the bot, keep the file, and restore the newest backup.',
      ),
    ]
  },
}
