import { HEALTH_CHECKS } from '#doctor/index'
import { runHealthChecks as run } from '#doctor/run-health-checks'
import type { HealthCheckReport } from '#domain/ports/health-check-result'
import type { Context } from '#src/context'

const SECOND = 1_000

/**
 * Runs all health checks; changes nothing.
 *
 * @param onProgress called after each result
 */
export function runHealthChecks(
  { diagnostics, config, log }: Context,
  onProgress: (reports: HealthCheckReport[]) => void,
): Promise<HealthCheckReport[]> {
  return run(HEALTH_CHECKS, diagnostics(), {
    deadlineMs: config.checks['deadline-seconds'] * SECOND,
    onProgress,
    onFault: (error, healthCheck) => log.error({ error, healthCheck }, 'a health check crashed'),
  })
}
