import type { SecretReading } from '#rotation/inventory'
import type { Context } from '#src/context'
import { readSecrets } from './read-secrets.ts'

/** Every secret in the secrets manager, by name. @throws NotReadable when the list cannot be had */
export async function readInventory(context: Context): Promise<SecretReading[]> {
  const readings = await readSecrets(context, await context.secrets.list())
  return readings.sort((a, b) => a.name.localeCompare(b.name))
}
