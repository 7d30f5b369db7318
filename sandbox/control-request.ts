import type { Context } from 'hono'
import type { z } from 'zod'

/** A refused request; the page shows the sentence. */
export class Refusal extends Error {}

/** The validated JSON body. @throws Refusal with this sentence for anything else */
export async function readGiven<T extends z.ZodType>(
  c: Context,
  schema: T,
  sentence: string,
): Promise<z.output<T>> {
  const given: unknown = await c.req.json().catch(() => undefined)
  const parsed = schema.safeParse(given)
  if (!parsed.success) throw new Refusal(sentence)
  return parsed.data
}
