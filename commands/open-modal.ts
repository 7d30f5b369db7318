import { setTimeout as sleep } from 'node:timers/promises'
import type { ModalView } from '@slack/types'
import { withBusyLimit } from '#db/busy'
import { readCode } from '#integrations/slack/slack-errors'
import { afterInteraction } from '#operations/interaction'
import type { Context } from '#src/context'
import { loadingModal } from '#views/loading-modal'
import { messageModal } from '#views/message-modal'
import { drawUntilShown } from './draw-again.ts'
import { explain } from './respond.ts'
import { sendView } from './send-view.ts'

/** Content that is there so soon is opened in one call. A trigger is valid for three seconds. */
const AT_ONCE_MS = 50

/** It is answered already. */
const FILLING = { ms: 10_000, until: null }

/** An open modal, its latest hash, and what it shows. */
export interface OpenModal {
  viewId: string
  hash: string
  view?: ModalView
}

interface Content {
  view: ModalView
  isRefusal: boolean
}

/**
 * Opens a modal with its content, or an empty one that is filled later where that takes longer. A refusal is shown in the modal.
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
  const content = build().then(
    (view): Content => ({ view, isRefusal: false }),
    async (error): Promise<Content> => ({
      view: messageModal(title, await explain(context, error)),
      isRefusal: true,
    }),
  )
  const ready = await Promise.race([content, sleep(AT_ONCE_MS, null)])
  const opening = { trigger_id: trigger, view: ready?.view ?? loadingModal(title) }
  const opened = await open(context, opening, onTop === true)
  if (!opened) return null
  const { id: viewId } = opened
  const { view, isRefusal } = ready ?? (await content)
  const update = () => updateView(context, viewId, view)
  const shown = ready ? opened : (await drawUntilShown(context, update)).view
  return isRefusal ? null : { viewId, hash: shown?.hash ?? '', view }
}

/**
 * Fills a modal that is open and shows that it is loading, without anybody waiting for it. A refusal is shown in the modal.
 *
 * @param build makes the content; asks first whether the person may see it
 */
export function fillModal(
  context: Context,
  { viewId, title }: { viewId: string; title: string },
  build: () => Promise<ModalView>,
): void {
  afterInteraction(() => withBusyLimit(FILLING, build))
    .catch(async (error) => messageModal(title, await explain(context, error)))
    .then((view) => drawUntilShown(context, () => updateView(context, viewId, view)))
    .catch((error: unknown) => context.log.warn({ error }, 'a form could not be filled again'))
}

const updateView = (context: Context, viewId: string, view: ModalView) =>
  sendView(context, view, (sent) => context.slack.views.update({ view_id: viewId, view: sent }))

/** Null for a copy of a click: a trigger opens one modal. */
async function open(
  context: Context,
  { trigger_id, view: wanted }: { trigger_id: string; view: ModalView },
  onTop: boolean,
): Promise<{ id: string; hash: string } | null> {
  const { slack, log } = context
  try {
    const { view } = await sendView(context, wanted, (sent) =>
      onTop ? slack.views.push({ trigger_id, view: sent }) : slack.views.open({ trigger_id, view: sent }),
    )
    return { id: view?.id ?? '', hash: view?.hash ?? '' }
  } catch (error) {
    if (readCode(error) !== 'exchanged_trigger_id') throw error
    log.info('a copy of a click opened no second modal')
    return null
  }
}
