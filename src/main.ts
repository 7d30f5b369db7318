import { enableCompileCache } from 'node:module'
import { fileURLToPath } from 'node:url'
import { listenForStopSignals } from './startup/stop-signals.ts'

const signals = listenForStopSignals()

// What V8 compiled at an earlier start; where the folder is read-only and empty, it is compiled at each start. It is kept
// beside the packages, because whoever may write there can change what is executed anyway, and it goes when they are installed again.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/rotation-bot', import.meta.url)))

// Loaded later, because it takes seconds on a slow machine, in which a signal may come.
const { serveOrExit } = await import('./serve.ts')
await serveOrExit(signals)
