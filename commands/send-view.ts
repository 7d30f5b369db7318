import type { ModalView } from '@slack/types'
import type { WebClient } from '@slack/web-api'
import { readCode } from '#integrations/slack/slack-errors'
import type { Context } from '#src/context'
import { hasNewerBlocks, withoutNewerBlocks } from '#views/older-slack'

/** How Slack refuses a view with a block that it, or the app's scopes, do not have. */
const REFUSALS: readonly (string | null)[] = [
  'invalid_arguments',
  'invalid_blocks',
  'invalid_blocks_format',
  'missing_scope',
]
/** After this time it is tried again: a scope may have been added, or Slack updated. */
const REMEMBERED_MS = 60 * 60_000

const refusedAt = new WeakMap<WebClient, number>()

/** The view as this Slack takes it, as far as that is known. */
export function suitable(slack: WebClient, view: ModalView): ModalView {
  const at = refusedAt.get(slack)
  return at !== undefined && performance.now() - at < REMEMBERED_MS ? withoutNewerBlocks(view) : view
}

/** Sends a modal, and without the newer blocks where Slack refuses them. @throws what `send` throws */
export async function sendView<T>(
  { slack, log }: Pick<Context, 'slack' | 'log'>,
  view: ModalView,
  send: (view: ModalView) => Promise<T>,
): Promise<T> {
  const first = suitable(slack, view)
  try {
    return await send(first)
  } catch (error) {
    if (!REFUSALS.includes(readCode(error)) || !hasNewerBlocks(first)) throw error
    const sent = await send(withoutNewerBlocks(view))
    refusedAt.set(slack, performance.now())
    log.warn({ error }, 'Slack refused newer blocks in a modal; it is shown without them')
    return sent
  }
}
