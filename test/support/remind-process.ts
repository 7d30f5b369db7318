/** Checks once for due reminders: `node remind-process.ts <database> <now>`. */

import { readConfig } from '#config/config'
import { openDatabase } from '#db/open-database'
import { remind } from '#operations/scheduled/remind'
import { NEVER_QUIET } from './reminder-year.ts'
import { SANDBOX_VARIABLES } from './sandbox-variables.ts'

const [database = '', now = ''] = process.argv.slice(2)
const db = await openDatabase(database)
const config = { ...readConfig(SANDBOX_VARIABLES), quiet: NEVER_QUIET }
const outbox = { wake: () => {}, delivered: async () => undefined }
await remind({ db, config, outbox, clock: { now: () => now } })
await db.destroy()
