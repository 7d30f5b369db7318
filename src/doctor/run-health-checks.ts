import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckReport, HealthCheckResult } from '#domain/ports/health-check-result'
import { NotReadable } from '#domain/tokens/secret'
import { withinDeadline } from '#domain/within-deadline'
import { redact } from '#redaction/error-text'
import { type HealthCheck, unread } from './health-check.ts'

const SECOND = 1_000
const AGAIN = 'Fix what it reports, then run the doctor again.'

export interface HealthCheckOptions {
  /** A health check that takes longer is `unknown`. */
  deadlineMs: number
  /** Called with all reports, finished or not, whenever a health check ends. */
  onProgress?: (reports: HealthCheckReport[]) => void
  /** Called when a health check fails by a programming error. */
  onFault?: (error: unknown, healthCheck: string) => void
}

/** Runs health checks concurrently. One that throws or takes too long is `unknown`. */
export async function runHealthChecks(
  healthChecks: readonly HealthCheck[],
  diagnostics: Diagnostics,
  { deadlineMs, onProgress = () => {}, onFault = () => {} }: HealthCheckOptions,
): Promise<HealthCheckReport[]> {
  const found = new Map<string, HealthCheckResult[]>()
  const reports = () =>
    healthChecks.map(({ id, title }): HealthCheckReport => ({ id, title, results: found.get(id) ?? null }))
  await Promise.all(
    healthChecks.map(async (healthCheck) => {
      found.set(
        healthCheck.id,
        await runOne(
          () => healthCheck.run(diagnostics),
          deadlineMs,
          (error) => onFault(error, healthCheck.id),
        ),
      )
      onProgress(reports())
    }),
  )
  return reports()
}

async function runOne(
  run: () => Promise<HealthCheckResult[]>,
  ms: number,
  onFault: (error: unknown) => void,
): Promise<HealthCheckResult[]> {
  try {
    return await withinDeadline(run(), ms, () => [
      unread(`No answer within ${ms / SECOND} s`, 'Check that it is reachable, then run the doctor again.'),
    ])
  } catch (error) {
    if (error instanceof NotReadable) return [unread(redact(error.message), AGAIN)]
    onFault(error)
    return [unread('The health check itself failed', 'This is a bug in the bot; see the bot’s log.')]
  }
}
