import pMap from 'p-map'
import { NotReadable, type Secret, type SecretReading } from '#rotation/secret'

/**
 * Reads secrets one by one, some at once. One that cannot be read says why, and the others go on; but when as many in a
 * row as are asked at once got no answer at all, it is not their fault, and the rest is not kept waiting.
 *
 * @param outageOf why nothing was answered, for an error that is not the secret's own; null for any other
 */
export async function readEach<T extends { name: string }>(
  secrets: T[],
  atOnce: number,
  read: (secret: T) => Promise<Secret>,
  outageOf: (error: NotReadable) => string | null,
): Promise<SecretReading[]> {
  let unanswered = 0
  let outage: string | null = null
  return pMap(
    secrets,
    async (listed): Promise<SecretReading> => {
      const { name } = listed
      if (outage !== null)
        return { name, secret: null, problem: `${name}: not asked for any more, because ${outage}` }
      try {
        const secret = await read(listed)
        unanswered = 0
        return { name, secret, problem: null }
      } catch (error) {
        if (!(error instanceof NotReadable)) throw error
        const why = outageOf(error)
        unanswered = why === null ? 0 : unanswered + 1
        if (unanswered >= atOnce) outage = why
        return { name, secret: null, problem: error.message }
      }
    },
    { concurrency: atOnce },
  )
}
