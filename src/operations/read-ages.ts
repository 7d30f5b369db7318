import { insertEffects } from '#db/queries/effects'
import { findHomeViewers } from '#db/queries/home-viewers'
import { findTokenAges, setTokenAges } from '#db/queries/token-ages'
import { homeEffects } from '#effects/queue'
import { type AgeReading, looksAlike, withSecrets } from '#rotation/age-reading'
import type { TokenAge } from '#rotation/cadence'
import { compareTokens } from '#rotation/scope'
import { currentVersion, type Secret } from '#rotation/secret'
import type { Context } from '#src/context'
import { owePictures } from './owe-pictures.ts'
import { refreshRegistry } from './read-registry.ts'
import { readSecrets } from './read-secrets.ts'

/**
 * Reads how old every token's current version is, from the secrets manager, and keeps it; who looks at the App Home sees
 * what is new.
 *
 * @throws Refusal `unreadable-registry`
 */
export async function readAges(context: Context): Promise<AgeReading> {
  const { tokens: registered, problem } = await refreshRegistry(context)
  const sorted = [...registered].sort(compareTokens)
  const readings = await readSecrets(
    context,
    sorted.map((token) => token.secret),
  )
  const tokens = sorted.map((token, index): TokenAge => {
    const reading = readings[index]
    const current = reading?.secret ? currentVersion(reading.secret) : undefined
    return {
      agent: token.agent,
      environment: token.environment,
      secret: token.secret,
      cadenceDays: token.cadenceDays ?? context.config.cadence.days,
      currentSince: current?.createdAt ?? null,
      problem: current ? null : (reading?.problem ?? 'the secret has no current version'),
    }
  })
  return keepAges(context, { tokens, problem, readAt: context.clock.now() })
}

/** Keeps a reading. */
export async function keepAges(context: Context, reading: AgeReading): Promise<AgeReading> {
  await context.db.transaction().execute(async (tx) => {
    const before = await findTokenAges(tx)
    await setTokenAges(tx, reading)
    if (before && looksAlike(before, reading)) return
    const viewers = await findHomeViewers(tx, Date.now())
    await insertEffects(tx, homeEffects(viewers, `ages:${reading.readAt}`), reading.readAt)
  })
  await owePictures(context)
  return reading
}

/** Takes over what was seen of some secrets while they are rotated; pictures wait until that is over. */
export async function noteAges(context: Context, secrets: Secret[]): Promise<void> {
  await context.db.transaction().execute(async (tx) => {
    const before = await findTokenAges(tx)
    const after = before && withSecrets(before, secrets)
    if (after && after !== before) await setTokenAges(tx, after)
  })
}
