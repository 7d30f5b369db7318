import { z } from 'zod'

const object = z.looseObject({})

/** What Slack sends over Socket Mode, as far as the bot relies on it. */
const message = z.discriminatedUnion('type', [
  // The number of the app's connections, with this one.
  z.looseObject({ type: z.literal('hello'), num_connections: z.number().nullish().catch(null) }),
  z.looseObject({ type: z.literal('disconnect'), reason: z.string().default('unknown') }),
  z.looseObject({
    type: z.literal('events_api'),
    envelope_id: z.string().min(1),
    payload: z.looseObject({ event: z.looseObject({ type: z.string().min(1) }) }),
  }),
  z.looseObject({
    type: z.enum(['interactive', 'slash_commands']),
    envelope_id: z.string().min(1),
    payload: object,
  }),
])

export type SocketMessage = z.infer<typeof message>

/** A message of a Socket Mode connection, or why it is ignored. */
export type ReadMessage = { message: SocketMessage } | { ignored: string; envelopeId: string | null }

/** Reads one message. Nothing that Slack or a proxy sends throws. @param text as received */
export function readSocketMessage(text: string): ReadMessage {
  const value = parseJson(text)
  const read = message.safeParse(value)
  if (read.success) return { message: read.data }
  const fields = object.safeParse(value)
  const { type, envelope_id: id } = fields.success ? fields.data : {}
  const kind = typeof type === 'string' ? `type “${type.slice(0, 40)}”` : 'no type'
  const [issue] = read.error.issues
  return {
    ignored: `${kind}: ${issue?.path.join('.') || 'message'}: ${issue?.message ?? 'malformed'}`,
    envelopeId: typeof id === 'string' ? id : null,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
