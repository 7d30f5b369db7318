import { ConfigProblem, readConfig } from '#config/config'
import { HEALTH_CHECKS } from '#doctor/index'
import { runHealthChecks } from '#doctor/run-health-checks'
import { countOf } from '#domain/ports/health-check-result'
import { followClock } from '#sandbox/follow-clock'
import { connectClients } from '#startup/connect-systems'
import { createLogger } from '#startup/logger'
import { openDiagnostics } from '#startup/open-diagnostics'
import { doctorText } from '#views/doctor'

/** sysexits.h, EX_CONFIG. */
const EXIT_CONFIG = 78
const SECOND = 1_000

/** Exit 1 when something is broken, 2 when nothing is but something could not be looked at. */
async function main(): Promise<void> {
  const config = readConfig(process.env)
  const log = createLogger(process.env.LOG_LEVEL ? config.env.LOG_LEVEL : 'silent', process.env)
  const { SANDBOX_CLOCK_URL } = config.env
  const clock = SANDBOX_CLOCK_URL ? followClock(SANDBOX_CLOCK_URL) : { now: () => new Date().toISOString() }
  const diagnostics = openDiagnostics(config, connectClients(config, clock, log))
  const results = await runHealthChecks(HEALTH_CHECKS, diagnostics, {
    deadlineMs: config.checks['deadline-seconds'] * SECOND,
    onFault: (error, healthCheck) => log.error({ error, healthCheck }, 'a health check failed itself'),
  })
  process.stdout.write(doctorText(results))
  process.exit(countOf(results, 'broken') > 0 ? 1 : countOf(results, 'unknown') > 0 ? 2 : 0)
}

main().catch((error: unknown) => {
  const problems = error instanceof ConfigProblem ? error.problems : [String(error)]
  process.stderr.write(`The doctor cannot start:\n${problems.map((problem) => `  - ${problem}\n`).join('')}`)
  process.exit(error instanceof ConfigProblem ? EXIT_CONFIG : 1)
})
