import { findCards } from '#db/queries/messages'
import { findTakenSecrets } from '#db/queries/rotations'
import type { RegisteredToken } from '#domain/tokens/registry'
import { agentsOf, environmentsOf, inDeploymentOrder, tokenLabel } from '#domain/tokens/scope'
import { refreshRegistry } from '#operations/readings/read-registry'
import { assertMayStart } from '#operations/start-rotation'
import { loadForecast } from '#read-models/forecast'
import type { Context } from '#src/context'
import { type DueStart, type StartOptions, startModal } from '#views/start-modal'
import { assertMayWork } from '../may-work.ts'
import { openModal } from '../open-modal.ts'
import type { Subcommand } from './subcommand.ts'

const run: Subcommand['run'] = async ({ trigger, user, words }, context) => {
  await openStartModal(context, { trigger, user, reason: words.join(' ') })
}

/** Opens the form that starts a rotation. */
export async function openStartModal(
  context: Context,
  {
    trigger,
    user,
    reason,
    due,
  }: { trigger: string; user: string; reason: string; due?: () => Promise<DueStart | null> },
): Promise<void> {
  const title = 'Start a rotation'
  await openModal(context, { trigger, title }, async () => {
    const work = await assertMayWork(context, { user, action: 'start-rotation' })
    assertMayStart(context)
    const found = await due?.()
    const options = await scopeOptions(context)
    const forecast = await loadForecast(context, user, environmentsOf(found?.tokens ?? options.tokens))
    return work.warnOwner(startModal({ ...options, reason, forecast, ...(found && { due: found }) }))
  })
}

/** The scope options of a form: the registry's tokens, and which of them are in an open rotation. */
export async function scopeOptions(
  context: Context,
): Promise<Omit<StartOptions, 'reason' | 'due'> & { tokens: RegisteredToken[] }> {
  const { tokens: listed, problem } = await refreshRegistry(context)
  const tokens = inDeploymentOrder(listed, context.config.environments)
  const taken = await findTakenSecrets(context.db)
  const cards = await findCards(context.db, [...new Set(taken.values())])
  const open = tokens.flatMap((token) => {
    const rotation = taken.get(token.secret)
    if (rotation === undefined) return []
    return [{ label: tokenLabel(token), rotation, permalink: cards.get(rotation)?.permalink ?? null }]
  })
  const names = { environments: environmentsOf(tokens), agents: agentsOf(tokens) }
  return { tokens, open, ...names, ...(problem ? { problem } : {}) }
}

export const startCommand: Subcommand = { usage: 'start', does: 'start a rotation', run }
