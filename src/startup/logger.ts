import { type Logger, pino, stdSerializers } from 'pino'

/** Variables whose values are removed from the log. */
const SECRET_VARIABLES = /TOKEN|SECRET|PASSWORD|ROUTING_KEY|ACCESS_KEY/

// A shorter value could be part of an ordinary word.
const SHORTEST_SECRET = 8

/**
 * The bot's log: JSON lines on stderr. The values of secret variables are replaced in every line, also in what
 * libraries log.
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
