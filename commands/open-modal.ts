import type { ModalView } from '@slack/types'
import { assertMay } from '#authorization/assert-may'
import type { Permission } from '#domain/ports/people'
import type { Context } from '#src/context'
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
  request: {
    trigger: string
    user: string
    title: string
    permission: Permission | null
    /** The rotation that it is about, where it is about one. */
    label?: string
    /** Whether it goes on top of the modal that was clicked in. */
    onTop?: boolean
  },
  build: () => Promise<ModalView>,
): Promise<OpenModal | null> {
  const { trigger, user, title, permission, label, onTop } = request
  const opening = { trigger_id: trigger, view: loadingModal(title) }
  const { view } = await (onTop ? context.slack.views.push(opening) : context.slack.views.open(opening))
  const viewId = view?.id ?? ''
  const update = async (content: ModalView) => {
    const updated = await context.slack.views.update({ view_id: viewId, view: content })
    return updated.view?.hash ?? ''
  }
  try {
    if (permission) await assertMay(context, user, permission, label)
    return { viewId, hash: await update(await build()) }
  } catch (error) {
    await update(messageModal(title, await explain(context, error)))
    return null
  }
}
