import { listenForStopSignals } from './startup/stop-signals.ts'

const signals = listenForStopSignals()
// Loaded later, because it takes seconds on a slow machine, in which a signal may come.
const { serveOrExit } = await import('./serve.ts')
await serveOrExit(signals)
