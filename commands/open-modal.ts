import type { ModalView } from '@slack/types'
import { readCode } from '#integrations/slack/slack-errors'
import type { Context } from '#src/context'
import { loadingModal } from '#views/loading-modal'
import { messageModal } from '#views/message-modal'
import { drawUntilShown } from './draw-again.ts'
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
 * @returns the modal; null when a refusal is shown in it, or it is open already
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
  const viewId = await open(context, opening, onTop === true)
  if (viewId === null) return null
  const update = async (content: ModalView) => {
    const updated = await drawUntilShown(context, () =>
      context.slack.views.update({ view_id: viewId, view: content }),
    )
    return updated.view?.hash ?? ''
  }
  try {
    return { viewId, hash: await update(await build()) }
  } catch (error) {
    await update(messageModal(title, await explain(context, error)))
    return null
  }
}

/** Null for a copy of a click: a trigger opens one modal. */
async function open(
  { slack, log }: Context,
  opening: { trigger_id: string; view: ModalView },
  onTop: boolean,
): Promise<string | null> {
  try {
    const { view } = await (onTop ? slack.views.push(opening) : slack.views.open(opening))
    return view?.id ?? ''
  } catch (error) {
    if (readCode(error) !== 'exchanged_trigger_id') throw error
    log.info('a copy of a click opened no second modal')
    return null
  }
}
