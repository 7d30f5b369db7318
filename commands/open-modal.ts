import type { ModalView } from '@slack/types'
import { assertMay } from '#authorization/assert-may'
import type { Permission } from '#domain/ports/people'
import type { Context } from '#src/context'
import { loadingModal } from '#views/loading-modal'
import { messageModal } from '#views/message-modal'
import { explain } from './respond.ts'

/** An open modal and its latest hash. */
export interface OpenModal {
  viewId: string
  hash: string
}

/**
 * Opens a modal immediately, because a trigger expires after three seconds, and then fills it. A refusal is shown in
 * the modal.
 *
 * @param permission the permission required; null if none is
 * @returns the modal, or null when a refusal is shown in it
 */
export async function openModal(
  context: Context,
  request: {
    trigger: string
    user: string
    title: string
    permission: Permission | null
    /** The rotation it is about, if any. */
    label?: string
    /** Whether it opens on top of the modal that was clicked in. */
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
