import { type AgeStart, findAgeStarts } from '#db/queries/age-starts'
import { findHomeViewers } from '#db/queries/home-viewers'
import { insertJobs } from '#db/queries/outbox-jobs'
import { findSeenRows, setSeenTokens, setTokensRead } from '#db/queries/reminders'
import { findAges, setReadAttempt } from '#db/queries/token-ages'
import type { Db, Row } from '#db/schema'
import { inTransaction } from '#db/transaction'
import type { Instant } from '#domain/rotation/rotation'
import { type AgeReading, isSameReading, type ReadAttempt } from '#domain/tokens/age-reading'
import type { RegisteredToken } from '#domain/tokens/registry'
import { currentVersion, NotReadable, type SecretReading, type SecretVersion } from '#domain/tokens/secret'
import { enqueueShownPictures } from '#operations/enqueue-pictures'
import { homeJobs } from '#outbox/queue/slack-jobs'
import type { Context } from '#src/context'
import { refreshRegistry } from './read-registry.ts'
import { asOfLately, readSecrets } from './read-secrets.ts'

/**
 * Reads the age of every token's current version from the secrets manager and stores it for reminders, App Home, status
 * and pictures. A token that cannot be read keeps its last known age.
 *
 * @throws Refusal `unreadable-registry`
 */
export async function readAges(context: Context): Promise<AgeReading> {
  const since = context.clock.now()
  const { tokens, problem } = await refreshRegistry(context)
  // A secret that is listed twice is one token.
  const registered = [...new Map(tokens.map((token) => [token.secret, token])).values()]
  const readings = await readTokens(context, registered)
  const at = context.clock.now()
  const defaultDays = context.config.cadence.days
  const succeeded = registered.some(({ secret }) => Boolean(readings.get(secret)?.secret))
  return keepAttempt(context, { at, succeeded, problem }, async (tx) => {
    const before = new Map((await findSeenRows(tx)).map((row) => [row.secret, row]))
    const times = { defaultDays, since, at, madeAt: await findAgeStarts(tx) }
    await setSeenTokens(
      tx,
      registered.map((token) => seen(token, before.get(token.secret), readings.get(token.secret), times)),
    )
  })
}

/**
 * Stores an attempt to read the ages, with its result, and redraws App Homes that would change.
 *
 * @param save in the same transaction
 */
export async function keepAttempt(
  context: Context,
  attempt: ReadAttempt,
  save: (tx: Db) => Promise<void> = async () => {},
): Promise<AgeReading> {
  const timeZone = context.config.cadence['time-zone']
  const { at, problem } = attempt
  const reading = await inTransaction(context.db, async (tx): Promise<AgeReading> => {
    const before = await findAges(tx, timeZone)
    await save(tx)
    await setReadAttempt(tx, attempt)
    const after = (await findAges(tx, timeZone)) ?? { tokens: [], problem, readAt: at }
    if (!before || !isSameReading(before, after))
      await insertJobs(tx, homeJobs(await findHomeViewers(tx, Date.now()), `ages:${at}`), at)
    return after
  })
  await enqueueShownPictures(context)
  return reading
}

/** Every token's reading, by its secret. The list costs fewer calls; secrets that it leaves out are read one by one. */
async function readTokens(context: Context, tokens: RegisteredToken[]): Promise<Map<string, SecretReading>> {
  try {
    const listed = new Map((await context.secrets.readAll()).map((reading) => [reading.name, reading]))
    const others = tokens.map((token) => token.secret).filter((secret) => !listed.has(secret))
    for (const reading of await readSecrets(context, others, asOfLately())) listed.set(reading.name, reading)
    return listed
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    const problem = error.message
    return new Map(tokens.map(({ secret }) => [secret, { name: secret, secret: null, problem }]))
  }
}

function seen(
  { agent, environment, secret, owner, cadenceDays }: RegisteredToken,
  before: Row<'seenTokens'> | undefined,
  reading: SecretReading | undefined,
  { defaultDays, since, at, madeAt }: { defaultDays: number; since: Instant; at: Instant; madeAt: AgeStart },
): Row<'seenTokens'> {
  const token = { agent, environment, secret, owner, cadenceDays: cadenceDays ?? defaultDays }
  // Another process read it meanwhile and saw a newer state.
  if (before?.readAt && since <= before.readAt && before.readAt <= at) return { ...before, ...token }
  const current = reading && versionInUse(reading)
  if (current)
    return { ...token, currentSince: madeAt(secret, current), readAt: at, unreadSince: null, problem: null }
  return {
    ...token,
    currentSince: before?.currentSince ?? null,
    readAt: before?.readAt ?? null,
    unreadSince: before?.unreadSince ?? at,
    problem: problemOf(reading),
  }
}

/** The version whose age counts; none for a secret that is planned for deletion. */
const versionInUse = ({ secret }: SecretReading): SecretVersion | undefined =>
  secret?.deletedAt === null ? currentVersion(secret) : undefined

function problemOf(reading: SecretReading | undefined): string {
  const deletedAt = reading?.secret?.deletedAt
  if (deletedAt) return `the secret is planned for deletion on ${deletedAt.slice(0, 10)}`
  return reading?.problem ?? 'the secret has no current version'
}

/** Stores the ages from another reading, so that no reminder is sent for a token that was just rotated. */
export async function noteAges(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  readings: SecretReading[],
): Promise<void> {
  const now = clock.now()
  const madeAt = await findAgeStarts(db)
  const read = readings.flatMap((reading) => {
    const current = versionInUse(reading)
    return current ? [{ secret: reading.name, currentSince: madeAt(reading.name, current) }] : []
  })
  if (read.length > 0) await inTransaction(db, (tx) => setTokensRead(tx, read, now))
}
