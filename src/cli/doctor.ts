import { parseArgs } from 'node:util'
import { readConfig } from '#config/config'
import { HEALTH_CHECKS } from '#doctor/index'
import { runHealthChecks } from '#doctor/run-health-checks'
import { countOf } from '#domain/ports/health-check-result'
import { chooseClock } from '#startup/choose-clock'
import { connectClients } from '#startup/connect-systems'
import { createLogger } from '#startup/logger'
import { openDiagnostics } from '#startup/open-diagnostics'
import { doctorText } from '#views/doctor'
import type { CliCommand } from './command.ts'

const SECOND = 1_000

/** Runs every health check: exit code 1 when a result is broken, 2 when none is broken but some are unknown. */
export const doctor: CliCommand = {
  failed: 'The doctor cannot start',
  async run(args) {
    parseArgs({ args, options: {} })
    const config = readConfig(process.env)
    const log = createLogger(process.env.LOG_LEVEL ? config.env.LOG_LEVEL : 'silent', process.env)
    const clock = await chooseClock(config.env)
    const diagnostics = openDiagnostics(config, connectClients(config, clock, log))
    const results = await runHealthChecks(HEALTH_CHECKS, diagnostics, {
      deadlineMs: config.checks['deadline-seconds'] * SECOND,
      onFault: (error, healthCheck) => log.error({ error, healthCheck }, 'a health check failed itself'),
    })
    process.stdout.write(doctorText(results))
    return countOf(results, 'broken') > 0 ? 1 : countOf(results, 'unknown') > 0 ? 2 : 0
  },
}
