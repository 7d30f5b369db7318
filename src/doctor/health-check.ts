import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { NotReadable } from '#domain/tokens/secret'

/**
 * One check of the setup. Throws `NotReadable` when it cannot decide, which becomes `unknown`. Only a
 * system's own health check reports it as broken when unreachable, so that an outage is reported once.
 */
export interface HealthCheck {
  id: string
  /** What is checked, in a few words. */
  title: string
  /** @returns at least one result */
  run(diagnostics: Diagnostics): Promise<HealthCheckResult[]>
}

export const fine = (sentence: string): HealthCheckResult => ({
  condition: 'fine',
  sentence,
  remediation: null,
})

export const broken = (sentence: string, remediation: string): HealthCheckResult => ({
  condition: 'broken',
  sentence,
  remediation,
})

export const unknown = (sentence: string, remediation: string): HealthCheckResult => ({
  condition: 'unknown',
  sentence,
  remediation,
})

/** Something could not be read now; the daily check reports it if that lasts. */
export const unread = (sentence: string, remediation: string): HealthCheckResult => ({
  ...unknown(sentence, remediation),
  unread: true,
})

/** An optional part that is not set up. @param remediation how to set it up, and why */
export const off = (sentence: string, remediation: string): HealthCheckResult => ({
  condition: 'off',
  sentence,
  remediation,
})

/** The problems, or one fine result when there are none. */
export const orFine = (wrong: HealthCheckResult[], sentence: string): HealthCheckResult[] =>
  wrong.length > 0 ? wrong : [fine(sentence)]

/** Reads the system that this health check is about: unreachable is `broken`, not `unknown`. */
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
