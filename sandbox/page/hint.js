import { draftRequest } from './composer.js'
import { CloseIcon } from './icons.js'
import { useResource } from './live.js'
import { nextStep } from './next-step.js'
import { createFlag, go } from './place.js'
import { html, useContext } from './preact.js'
import { WorkspaceContext } from './workspace.js'

const dismissed = createFlag('hint-dismissed', false)

/** A dismissible line above the composer with the next step to try. */
export function Hint({ channel }) {
  const { workspace, me } = useContext(WorkspaceContext)
  const isHidden = dismissed.use() || channel !== workspace.channels[0]?.id
  const { data } = useResource(
    isHidden ? null : `/slack/conversation?user=${me.id}&channel=${channel}`,
    'slack',
  )
  if (isHidden || !data) return null
  const next = nextStep(data.messages, me)
  if (!next) return null
  const act = () => {
    if (next.draft) draftRequest.set(next.draft)
    if (next.as) go({ as: next.as })
  }
  return html`<div class="hint" role="note" data-testid="hint" data-hint=${next.id}>
    <strong>Next</strong>
    <p>${next.text}</p>
    ${next.label && html`<button type="button" class="button button-small" onClick=${act}>${next.label}</button>`}
    <button type="button" class="icon-button" aria-label="Hide hints" title="Hide hints" onClick=${() => dismissed.set(true)}>
      <${CloseIcon} />
    </button>
  </div>`
}
