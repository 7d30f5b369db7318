import pMap from 'p-map'
import { NotReadable, type Secret, type SecretReading } from '#domain/tokens/secret'

/** What a failure says beyond its own secret. */
export interface Failure {
  /** Why nothing was answered at all; null for anything else. */
  outage: string | null
  /** Whether it came from the rush only, so that asking once more when it is over may help. */
  throttled: boolean
}

/**
 * Reads secrets one by one, some at once. One that cannot be read says why, and the others go on; what was throttled is
 * asked for once more at the end. When as many in a row as are asked at once got no answer at all, it is not their fault,
 * and the rest is not kept waiting.
 */
export async function readEach<T extends { name: string }>(
  secrets: T[],
  atOnce: number,
  read: (secret: T) => Promise<Secret>,
  judge: (error: NotReadable) => Failure,
): Promise<SecretReading[]> {
  let unanswered = 0
  let outage: string | null = null
  const throttled = new Set<T>()

  async function readOne(listed: T): Promise<SecretReading> {
    const { name } = listed
    if (outage !== null)
      return { name, secret: null, problem: `${name}: not asked for any more, because ${outage}` }
    try {
      const secret = await read(listed)
      unanswered = 0
      return { name, secret, problem: null }
    } catch (error) {
      if (!(error instanceof NotReadable)) throw error
      const failure = judge(error)
      if (failure.throttled) throttled.add(listed)
      unanswered = failure.outage === null ? 0 : unanswered + 1
      if (unanswered >= atOnce) outage = failure.outage
      return { name, secret: null, problem: error.message }
    }
  }

  const readings = await pMap(secrets, readOne, { concurrency: atOnce })
  const again = await pMap([...throttled], readOne, { concurrency: atOnce })
  const better = new Map(again.filter(({ secret }) => secret).map((reading) => [reading.name, reading]))
  return readings.map((reading) => better.get(reading.name) ?? reading)
}
