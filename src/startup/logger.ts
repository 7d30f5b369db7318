import { type DestinationStream, type Logger, pino, stdSerializers } from 'pino'
import { redactLine, registerSecrets } from '#redaction/error-text'
import { secretValues } from '#redaction/secret-variables'

/**
 * The bot's log: JSON lines, on stderr unless they go elsewhere. The values of secret variables are replaced in every line, also in what
 * libraries log.
 */
export function createLogger(
  level: string,
  variables: Record<string, string | undefined>,
  destination: DestinationStream = pino.destination({ dest: 2, sync: true }),
): Logger {
  registerSecrets(secretValues(variables))
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
      hooks: { streamWrite: redactLine },
    },
    destination,
  )
}
