import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { NotReadable } from '#domain/tokens/secret'

/**
 * What the doctor looks at, in one file each. Throws `NotReadable` when it cannot tell; that becomes `unknown`. Only the
 * health check that is about a system being in reach calls that broken, so that an outage is named once and not in every line.
 */
export interface HealthCheck {
  id: string
  /** What is looked at, in a few words. */
  title: string
  /** @returns at least one result */
  run(diagnostics: Diagnostics): Promise<HealthCheckResult[]>
}

export const fine = (saw: string): HealthCheckResult => ({ condition: 'fine', saw, remediation: null })

export const broken = (saw: string, remediation: string): HealthCheckResult => ({
  condition: 'broken',
  saw,
  remediation,
})

export const unknown = (saw: string, remediation: string): HealthCheckResult => ({
  condition: 'unknown',
  saw,
  remediation,
})

/** An optional part that is not set up. @param remediation how to set it up, and what is lacking without it */
export const off = (saw: string, remediation: string): HealthCheckResult => ({
  condition: 'off',
  saw,
  remediation,
})

/** What is wrong, or that nothing is. */
export const orFine = (wrong: HealthCheckResult[], saw: string): HealthCheckResult[] =>
  wrong.length > 0 ? wrong : [fine(saw)]

/** Reads what this very health check is about: out of reach is broken then, and not only unknown. */
export async function reach<T>(
  read: () => Promise<T>,
  remediation: string,
  judge: (seen: T) => HealthCheckResult[],
): Promise<HealthCheckResult[]> {
  try {
    return judge(await read())
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return [broken(error.message, remediation)]
  }
}
