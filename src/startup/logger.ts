import { type Logger, pino, stdSerializers } from 'pino'

/** Variables whose values must never be seen in a log. */
const SECRET_VARIABLES = /TOKEN|SECRET|PASSWORD|ROUTING_KEY|ACCESS_KEY/

// Shorter values would blank out ordinary words.
const SHORTEST_SECRET = 8

/**
 * The bot's log, as JSON lines on stderr. Whatever a library puts into it, the values of secret variables are
 * blanked out of the finished line.
 */
export function createLogger(level: string, variables: Record<string, string | undefined>): Logger {
  const secrets = Object.entries(variables).flatMap(([name, value]) =>
    SECRET_VARIABLES.test(name) && value && value.length >= SHORTEST_SECRET ? [value] : [],
  )
  return pino(
    {
      level,
      serializers: { error: stdSerializers.err },
      redact: [
        '*.authorization',
        '*.headers.authorization',
        'error.request.headers',
        'error.response.headers',
      ],
      hooks: {
        streamWrite: (line) => secrets.reduce((text, secret) => text.replaceAll(secret, '[redacted]'), line),
      },
    },
    pino.destination({ dest: 2, sync: true }),
  )
}
