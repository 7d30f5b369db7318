import type { ModalView } from '@slack/types'
import { findCards } from '#db/queries/messages'
import { findTakenSecrets } from '#db/queries/rotations'
import { environmentsUnverified } from '#domain/rotation/environments'
import { type RegisteredToken, tokensInScope } from '#domain/tokens/registry'
import { agentsOf, environmentsOf, inDeploymentOrder, tokenLabel } from '#domain/tokens/scope'
import { refreshRegistry } from '#operations/readings/read-registry'
import { assertMayStart } from '#operations/start-rotation'
import { loadForecast } from '#read-models/forecast'
import type { Context } from '#src/context'
import { parseScopeValues } from '#views/scope-input'
import { type DueStart, type StartOptions, scopeOf, startModal } from '#views/start-modal'
import { assertMayWork, type MayWork } from '../may-work.ts'
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
    return drawForm(
      context,
      { user, work },
      { reason, ...(found && { due: found, chosen: scopeOf(found.tokens) }) },
    )
  })
}

interface Filled {
  reason?: string
  due?: DueStart
  /** The values that are chosen as its scope; everything where it is empty. */
  chosen?: string[]
}

/** The form, with what will happen for the scope that was chosen in it. */
export const startForm = async (context: Context, user: string, filled: Filled): Promise<ModalView> =>
  drawForm(context, { user, work: await assertMayWork(context, { user, action: 'start-rotation' }) }, filled)

async function drawForm(
  context: Context,
  { user, work }: { user: string; work: MayWork },
  { chosen, ...filled }: Filled,
): Promise<ModalView> {
  const { inScope, ...options } = await scopeOptions(context, chosen)
  const forecast = await loadForecast(context, user, environmentsOf(inScope))
  const form = startModal({ ...options, ...filled, forecast })
  return form.submit ? work.warnOwner(form) : form
}

type Offered = Omit<StartOptions, 'reason' | 'due' | 'tokens'> & {
  tokens: RegisteredToken[]
  /** The tokens of the scope that is chosen. */
  inScope: RegisteredToken[]
}

/**
 * The scope options of a form: the registry's tokens, and which of them are in an open rotation.
 *
 * @param chosen the values that are chosen; everything where it is empty
 */
export async function scopeOptions(context: Context, chosen: string[] = []): Promise<Offered> {
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
  const inScope = tokensInScope(tokens, parseScopeValues(chosen))
  const unverified = environmentsUnverified({ tokens: inScope }, context.config.environments)
  return {
    tokens,
    open,
    ...names,
    chosen,
    inScope,
    unverified: unverified.map(({ name }) => name),
    ...(problem ? { problem } : {}),
  }
}

export const startCommand: Subcommand = { usage: 'start', does: 'start a rotation', run }
