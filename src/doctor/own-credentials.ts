import type { Diagnostics } from '#domain/ports/diagnostics'
import type { HealthCheckResult } from '#domain/ports/health-check-result'
import { LogBroken, readLogRows } from '#domain/rotation/log-file'
import type { Instant } from '#domain/rotation/rotation'
import { parseSeals } from '#domain/rotation/seal'
import { NotReadable } from '#domain/tokens/secret'
import { broken, fine, type HealthCheck, orFine, unread } from './health-check.ts'

const DAY = 24 * 60 * 60_000

/** Before a credential ends by itself. */
const WARN_DAYS = 10
/** A signing key does not end; after a year it is replaced like any other key. */
const KEY_DAYS = 365

/** No credential of the bot itself ends within days, or is older than it should be. */
export const ownCredentials: HealthCheck = {
  id: 'own-credentials',
  title: 'The bot’s own credentials',
  async run(diagnostics) {
    const seen = await Promise.all([
      orUnread('the GitHub token', () => judgeGithub(diagnostics)),
      orUnread('the secrets manager’s credential', () => judgeSecretsManager(diagnostics)),
      orUnread('the signing key', () => judgeSigningKey(diagnostics)),
    ])
    const results = seen.flat()
    const wrong = results.filter(({ condition }) => condition !== 'fine')
    return orFine(wrong, results.map(({ sentence }) => sentence).join('; '))
  },
}

async function orUnread(what: string, judge: () => Promise<HealthCheckResult>): Promise<HealthCheckResult> {
  try {
    return await judge()
  } catch (error) {
    if (!(error instanceof NotReadable) && !(error instanceof LogBroken)) throw error
    return unread(
      `Until when ${what} is valid could not be read (${error.message})`,
      'Its own health check says why; run the doctor again afterwards.',
    )
  }
}

const ROTATE = 'SECURITY.md, “The bot’s own credentials”, says how to replace it while the bot runs on'

/** @param what begins a sentence */
function judgeEnd(what: string, endsAt: Instant | null, now: Instant, replace: string): HealthCheckResult {
  if (endsAt === null) return fine(`${what} does not end by itself`)
  const days = (Date.parse(endsAt) - Date.parse(now)) / DAY
  const day = endsAt.slice(0, 10)
  if (days > WARN_DAYS) return fine(`${what} is valid until ${day}`)
  const sentence =
    days <= 0
      ? `${what} ended on ${day}`
      : `${what} ends in ${Math.floor(days)} ${Math.floor(days) === 1 ? 'day' : 'days'} (${day}); the DevOps lead should have it replaced`
  return { ...broken(sentence, `${replace}. ${ROTATE}.`), subject: what }
}

const judgeGithub = async ({ credentials, now }: Diagnostics): Promise<HealthCheckResult> =>
  judgeEnd(
    'The GitHub token',
    await credentials.githubEndsAt(),
    now(),
    'Make a new token with the same permissions, and set GITHUB_TOKEN',
  )

async function judgeSecretsManager({ credentials, now }: Diagnostics): Promise<HealthCheckResult> {
  const seen = await credentials.secretsManagerEnd()
  return seen === null
    ? fine('the secrets manager’s credential is renewed by itself')
    : judgeEnd(seen.what, seen.endsAt, now(), seen.replace)
}

/** Since the first row that the key sealed. */
async function judgeSigningKey({ config, repository, now }: Diagnostics): Promise<HealthCheckResult> {
  const { current } = config.signingKeys
  if (current === null) return fine('the log is not signed')
  const rows = readLogRows((await repository.readLog())?.text ?? '')
  const first = rows.find(({ cells }) =>
    parseSeals(cells.get('seal') ?? '')?.some(({ key }) => key === current),
  )
  const since = Date.parse(`${first?.cells.get('date (utc)')?.replace(' ', 'T')}:00Z`)
  const days = Math.floor((Date.parse(now()) - since) / DAY)
  if (!(days > KEY_DAYS)) return fine(`the signing key ${current} is in its first year`)
  return broken(
    `The signing key ${current} has signed the log for ${days} days; the DevOps lead should have it replaced`,
    'Make another with “rotation keygen”, and change it as docs/signing-key.md says: both keys sign the row that connects them.',
  )
}
