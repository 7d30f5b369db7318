import { findUnresolvedRevocations } from '#db/queries/revocations'
import type { ReadDb } from '#db/schema'
import type { RegisteredToken } from '#domain/tokens/registry'
import type { RunningAgent } from '#views/old-versions-input'

/** What is known of the versions that agents run on: an old one until its environment was verified to run on a newer one. */
export async function findRunningAgents(db: ReadDb, tokens: RegisteredToken[]): Promise<RunningAgent[]> {
  const rows = await findUnresolvedRevocations(db)
  const unverified = new Set(
    rows.filter((row) => row.state === 'waiting' && row.verifiedAt === null).map((row) => row.secret),
  )
  return tokens.map(({ agent, environment, secret }) => ({
    agent,
    environment,
    runsOnOlder: unverified.has(secret),
  }))
}
