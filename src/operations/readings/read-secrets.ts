import pMap from 'p-map'
import { NotReadable, type SecretReading } from '#domain/tokens/secret'
import type { Context } from '#src/context'

// Enough to hide the latency, few enough not to be throttled.
const AT_ONCE = 8

/** Reads one secret's metadata; what cannot be read says why. */
async function readSecret(context: Pick<Context, 'secrets'>, name: string): Promise<SecretReading> {
  try {
    return { name, secret: await context.secrets.describe(name), problem: null }
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return { name, secret: null, problem: error.message }
  }
}

/** Reads several secrets, in the order given. */
export const readSecrets = (context: Pick<Context, 'secrets'>, names: string[]): Promise<SecretReading[]> =>
  pMap(names, (name) => readSecret(context, name), { concurrency: AT_ONCE })
