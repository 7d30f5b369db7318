import type { ModalView } from '@slack/types'
import { Refusal } from '#rotation/refusal'
import type { Context, Permission } from '#src/context'
import { loadingModal } from '#views/loading-modal'
import { messageModal } from '#views/message-modal'
import { explain } from './respond.ts'

/** An open modal, as last drawn. */
export interface OpenModal {
  viewId: string
  hash: string
}

/**
 * Opens a modal at once, because a trigger lives three seconds, and then fills it. What is refused meanwhile is said in
 * the modal itself.
 *
 * @param permission what the person must be allowed to do; null when anybody may look
 * @returns the modal, or null when a refusal is shown in it
 */
export async function openModal(
  context: Context,
  request: { trigger: string; user: string; title: string; permission: Permission | null },
  build: () => Promise<ModalView>,
): Promise<OpenModal | null> {
  const { trigger, user, title, permission } = request
  const { view } = await context.slack.views.open({ trigger_id: trigger, view: loadingModal(title) })
  const viewId = view?.id ?? ''
  const update = async (content: ModalView) => {
    const updated = await context.slack.views.update({ view_id: viewId, view: content })
    return updated.view?.hash ?? ''
  }
  try {
    if (permission) await assertMay(context, user, permission)
    return { viewId, hash: await update(await build()) }
  } catch (error) {
    await update(messageModal(title, await explain(context, error)))
    return null
  }
}

/** @throws Refusal `not-allowed` */
export async function assertMay(context: Context, userId: string, permission: Permission): Promise<void> {
  if (!(await context.people.may(userId, permission))) throw new Refusal('not-allowed', { what: permission })
}
