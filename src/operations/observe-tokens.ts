import { findSeenRows, setSeenTokens, setTokenRead } from '#db/queries/reminders'
import { findSetting, setSetting } from '#db/queries/settings'
import type { Row } from '#db/schema'
import { Refusal } from '#rotation/refusal'
import type { RegisteredToken } from '#rotation/registry'
import type { Instant } from '#rotation/rotation'
import { currentVersion, NotReadable, type SecretReading } from '#rotation/secret'
import type { Context } from '#src/context'
import { refreshRegistry } from './read-registry.ts'

const MINUTE = 60_000
const READ_EVERY_MS = 60 * MINUTE
const RETRY_MS = 5 * MINUTE
const SETTING = 'tokens-read'

interface Attempt {
  at: Instant
  succeeded: boolean
}

/**
 * Reads how old every token is, hourly, so that reminders can be decided from the database alone. A token that cannot be
 * read keeps the age that was known last.
 */
export async function observeTokens(context: Context): Promise<void> {
  const now = context.clock.now()
  const last = await findSetting<Attempt>(context.db, SETTING)
  if (last && Math.abs(Date.parse(now) - Date.parse(last.at)) < (last.succeeded ? READ_EVERY_MS : RETRY_MS))
    return
  const registered = await readRegistered(context)
  if (!registered) return setSetting(context.db, SETTING, { at: now, succeeded: false } satisfies Attempt)
  const readings = await readAll(context, registered)
  const at = context.clock.now()
  const defaultDays = context.config.cadence.days
  await context.db.transaction().execute(async (tx) => {
    const before = new Map((await findSeenRows(tx)).map((row) => [row.secret, row]))
    await setSeenTokens(
      tx,
      registered.map((token) => {
        const reading = readings.get(token.secret)
        return seen(token, before.get(token.secret), reading, { defaultDays, since: now, at })
      }),
    )
    const succeeded = [...readings.values()].some((reading) => reading.secret !== null)
    await setSetting(tx, SETTING, { at, succeeded } satisfies Attempt)
  })
}

/** Null when the registry was never readable. */
async function readRegistered(context: Context): Promise<RegisteredToken[] | null> {
  try {
    const { tokens } = await refreshRegistry(context)
    // One secret with two lines is one token to be rotated.
    return [...new Map(tokens.map((token) => [token.secret, token])).values()]
  } catch (error) {
    if (error instanceof Refusal) return null
    throw error
  }
}

async function readAll(context: Context, tokens: RegisteredToken[]): Promise<Map<string, SecretReading>> {
  try {
    const readings = await context.secrets.readAll()
    return new Map(readings.map((reading) => [reading.name, reading]))
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    return new Map(
      tokens.map(({ secret }) => [secret, { name: secret, secret: null, problem: error.message }]),
    )
  }
}

function seen(
  { agent, environment, secret, owner, cadenceDays }: RegisteredToken,
  before: Row<'seenTokens'> | undefined,
  reading: SecretReading | undefined,
  { defaultDays, since, at }: { defaultDays: number; since: Instant; at: Instant },
): Row<'seenTokens'> {
  // Somebody else read it while the list was being read, and saw what is newer.
  if (before?.readAt && before.readAt >= since) return { ...before, agent, environment, owner }
  const current = reading?.secret ? currentVersion(reading.secret) : undefined
  const token = { agent, environment, secret, owner, cadenceDays: cadenceDays ?? defaultDays }
  if (current)
    return { ...token, currentSince: current.createdAt, readAt: at, unreadSince: null, problem: null }
  return {
    ...token,
    currentSince: before?.currentSince ?? null,
    readAt: before?.readAt ?? null,
    unreadSince: before?.unreadSince ?? at,
    problem: problemOf(reading),
  }
}

function problemOf(reading: SecretReading | undefined): string {
  if (!reading) return 'the secrets manager does not list it'
  return reading.problem ?? 'the secret has no current version'
}

/** Notes the ages that somebody else's reading showed, so that nobody is reminded of a token that was just rotated. */
export async function noteAges(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  readings: SecretReading[],
): Promise<void> {
  const now = clock.now()
  for (const { name, secret } of readings) {
    const current = secret ? currentVersion(secret) : undefined
    if (current) await setTokenRead(db, name, current.createdAt, now)
  }
}
