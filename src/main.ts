import { mkdirSync } from 'node:fs'
import { enableCompileCache } from 'node:module'
import { dirname, join } from 'node:path'
import { listenForStopSignals } from './startup/stop-signals.ts'

const signals = listenForStopSignals()

// What V8 compiled at an earlier start is kept beside the database; where that folder is read-only, it is compiled at each start.
const { DATABASE_URL: database = 'file:data/rotation.db' } = process.env
const [, file] = /^file:(?:\/\/)?(.+)$/.exec(database) ?? []
if (file && file !== ':memory:') {
  const folder = dirname(file)
  // It holds code that is executed: nobody else may write it.
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    mkdirSync(join(folder, 'compile-cache'), { recursive: true, mode: 0o700 })
    enableCompileCache(join(folder, 'compile-cache'))
  } catch {
    // Where the folder is read-only, the start only takes longer.
  }
}

// Loaded later, because it takes seconds on a slow machine, in which a signal may come.
const { serveOrExit } = await import('./serve.ts')
await serveOrExit(signals)
