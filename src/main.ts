import { enableCompileCache } from 'node:module'
import { dirname, join } from 'node:path'
import { listenForStopSignals } from './startup/stop-signals.ts'

const signals = listenForStopSignals()

// What V8 compiled at an earlier start is kept beside the database; where that folder is read-only, it is compiled at each start.
const { DATABASE_URL: database = 'file:data/rotation.db' } = process.env
const [, file] = /^file:(?:\/\/)?(.+)$/.exec(database) ?? []
if (file && file !== ':memory:') enableCompileCache(join(dirname(file), 'compile-cache'))

// Loaded later, because it takes seconds on a slow machine, in which a signal may come.
const { serveOrExit } = await import('./serve.ts')
await serveOrExit(signals)
