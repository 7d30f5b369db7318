import { enableCompileCache } from 'node:module'
import { dirname, join } from 'node:path'

/* Starts the bot. What V8 compiled at an earlier start is kept beside the database, so everything else is imported after that. */

const { DATABASE_URL: database = 'file:data/rotation.db' } = process.env
const [, file] = /^file:(?:\/\/)?(.+)$/.exec(database) ?? []

// Where the folder cannot be written to, everything is compiled at each start.
if (file && file !== ':memory:') enableCompileCache(join(dirname(file), 'compile-cache'))

const { run } = await import('#startup/run')
await run(() => import('#sandbox/embedded'))
