import type { Surroundings } from '#domain/ports/diagnostics'
import type { Finding } from '#domain/ports/health-check-result'
import { NotReadable } from '#domain/tokens/secret'

/**
 * What the doctor looks at, in one file each. Throws `NotReadable` when it cannot tell; that becomes `unknown`. Only the
 * examination that is about a system being in reach calls that broken, so that an outage is named once and not in every line.
 */
export interface Examination {
  id: string
  /** What is looked at, in a few words. */
  title: string
  /** @returns at least one finding */
  examine(surroundings: Surroundings): Promise<Finding[]>
}

export const fine = (saw: string): Finding => ({ condition: 'fine', saw, mend: null })

export const broken = (saw: string, mend: string): Finding => ({ condition: 'broken', saw, mend })

export const unknown = (saw: string, mend: string): Finding => ({ condition: 'unknown', saw, mend })

/** An optional part that is not set up. @param mend how to set it up, and what is lacking without it */
export const off = (saw: string, mend: string): Finding => ({ condition: 'off', saw, mend })

/** What is wrong, or that nothing is. */
export const orFine = (wrong: Finding[], saw: string): Finding[] => (wrong.length > 0 ? wrong : [fine(saw)])

/** Reads what this very examination is about: out of reach is broken then, and not only unknown. */
export async function reach<T>(
  read: () => Promise<T>,
  mend: string,
  judge: (seen: T) => Finding[],
): Promise<Finding[]> {
  try {
    return judge(await read())
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return [broken(error.message, mend)]
  }
}
