import type { SecretReading } from '#domain/tokens/secret'
import type { Context } from '#src/context'

/** Every secret in the secrets manager, by name. @throws NotReadable when the list cannot be had */
export async function readInventory(context: Context): Promise<SecretReading[]> {
  const readings = await context.secrets.readAll()
  return readings.sort((a, b) => a.name.localeCompare(b.name))
}
