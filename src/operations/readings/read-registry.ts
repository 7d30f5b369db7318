import { findSetting, setSetting } from '#db/queries/settings'
import { Refusal } from '#domain/rotation/refusal'
import type { Instant } from '#domain/rotation/rotation'
import type { RegisteredToken } from '#domain/tokens/registry'
import { NotReadable } from '#domain/tokens/secret'
import type { Context } from '#src/context'

const SETTING = 'registry'

/** The registry as last read, kept so that a form can be decided without the network. */
interface Snapshot {
  tokens: RegisteredToken[]
  readAt: Instant
}

/**
 * Reads the registry and keeps it. When it cannot be read the last snapshot serves, with the reason.
 *
 * @throws Refusal `unreadable-registry` when there is no snapshot either
 */
export async function refreshRegistry(
  context: Context,
): Promise<{ tokens: RegisteredToken[]; problem: string | null }> {
  try {
    const tokens = await context.repository.readRegistry()
    await setSetting(context.db, SETTING, { tokens, readAt: context.clock.now() } satisfies Snapshot)
    return { tokens, problem: null }
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error
    const snapshot = await findSetting<Snapshot>(context.db, SETTING)
    if (!snapshot) throw new Refusal('unreadable-registry', { reason: error.message })
    const { tokens, readAt } = snapshot
    return {
      tokens,
      problem: `${error.message}. What is shown is the registry as of ${readAt.slice(0, 16).replace('T', ' ')} UTC`,
    }
  }
}

/**
 * The registry as last read; no network.
 *
 * @throws Refusal `unreadable-registry` when it was never read
 */
export async function lastRegistry(context: Pick<Context, 'db'>): Promise<RegisteredToken[]> {
  const snapshot = await findSetting<Snapshot>(context.db, SETTING)
  if (!snapshot) throw new Refusal('unreadable-registry', { reason: 'it has not been read yet' })
  return snapshot.tokens
}
