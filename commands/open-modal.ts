import type { ModalView } from '@slack/types'
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
 * Opens a modal at once, because a trigger is valid for three seconds, and then fills it. A refusal is shown in the modal.
 *
 * @param build makes the content; asks first whether the person may see it
 * @returns the modal, or null when a refusal is shown in it
 */
export async function openModal(
  context: Context,
  request: {
    trigger: string
    title: string
    /** Whether it goes on top of the modal that was clicked in. */
    onTop?: boolean
  },
  build: () => Promise<ModalView>,
): Promise<OpenModal | null> {
  const { trigger, title, onTop } = request
  const opening = { trigger_id: trigger, view: loadingModal(title) }
  const { view } = await (onTop ? context.slack.views.push(opening) : context.slack.views.open(opening))
  const viewId = view?.id ?? ''
  const update = async (content: ModalView) => {
    const updated = await context.slack.views.update({ view_id: viewId, view: content })
    return updated.view?.hash ?? ''
  }
  try {
    return { viewId, hash: await update(await build()) }
  } catch (error) {
    await update(messageModal(title, await explain(context, error)))
    return null
  }
}
