import pMap from 'p-map'
import { NotReadable, type Secret, type SecretReading } from '#domain/tokens/secret'

/** What a failure says about other secrets. */
export interface Failure {
  /** Why nothing answers at all; null for other failures. */
  outage: string | null
  throttled: boolean
}

/**
 * Reads secrets concurrently. One that fails does not stop the others; throttled ones are retried at the end.
 * After `atOnce` unanswered calls in a row the rest is skipped as an outage.
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
    if (outage !== null) return { name, secret: null, problem: `${name}: skipped, because ${outage}` }
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
