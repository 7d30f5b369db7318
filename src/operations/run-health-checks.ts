import type { HealthCheckReport } from '#domain/ports/health-check-result'
import type { Context } from '#src/context'

const SECOND = 1_000

/**
 * Runs all health checks; changes nothing.
 *
 * @param onProgress called after each result
 */
export async function runHealthChecks(
  { diagnostics, config, log }: Context,
  onProgress: (reports: HealthCheckReport[]) => void,
): Promise<HealthCheckReport[]> {
  // Loaded once a day, or for the doctor.
  const { HEALTH_CHECKS } = await import('#doctor/index')
  const { runHealthChecks: run } = await import('#doctor/run-health-checks')
  return run(HEALTH_CHECKS, diagnostics(), {
    deadlineMs: config.checks['deadline-seconds'] * SECOND,
    onProgress,
    onFault: (error, healthCheck) => log.error({ error, healthCheck }, 'a health check crashed'),
  })
}
