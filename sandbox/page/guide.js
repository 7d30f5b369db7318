import { failureSentence, sandbox, slack } from './api.js'
import { CloseIcon } from './icons.js'
import { refresh, useResource } from './live.js'
import { nextStep, STAGES } from './next-step.js'
import { clockOffset } from './now.js'
import { createFlag, go } from './place.js'
import { html, useContext, useState } from './preact.js'
import { nextWorkingTime } from './time.js'
import { WorkspaceContext } from './workspace.js'

/** Whether the person has put the guide away, in this tab. */
export const guideHidden = createFlag('guide-hidden', false)

/**
 * Names the next thing to try, above the composer, or below an open modal.
 *
 * @param {{ stack: object[], isInModal?: boolean }} props isInModal: text only, because the modal keeps the focus
 */
export function Guide({ stack, isInModal = false }) {
  const { workspace, me } = useContext(WorkspaceContext)
  const isHidden = guideHidden.use()
  const channel = workspace.channels[0].id
  const { data } = useResource(
    isHidden ? null : `/slack/conversation?user=${me.id}&channel=${channel}`,
    'slack',
  )
  const { data: faults = [] } = useResource(isHidden ? null : '/faults', 'faults')
  const [problem, setProblem] = useState('')
  if (isHidden || !data) return null
  const on = faults.filter((fault) => fault.on).map(({ id }) => id)
  const next = nextStep({ messages: data.messages, stack, me, faults: on })
  if (!next) return null

  const act = async (action) => {
    setProblem('')
    setProblem(await carryOut(action, { workspace, me, channel }))
    refresh()
  }
  return html`<div class=${`guide ${next.welcome ? 'guide-welcome' : ''}`} data-testid="guide" data-step=${next.id}>
    <div class="guide-words" role="status">
      ${next.stage && html`<p class="guide-stage"><strong>Next</strong> <span>${next.stage} of ${STAGES}</span></p>`}
      ${next.welcome?.map((sentence) => html`<p>${sentence}</p>`)}
      <p>${next.text}</p>
    </div>
    ${
      !isInModal &&
      html`<div class="guide-actions">
        ${next.actions?.map(
          (action, index) => html`<button
            key=${action.label}
            type="button"
            class=${`button ${next.welcome ? 'button-primary' : 'button-small'}`}
            data-testid=${`guide-action-${index + 1}`}
            onClick=${() => act(action)}
          >
            ${action.label}
          </button>`,
        )}
      </div>
      <button type="button" class="icon-button guide-close" aria-label="Hide the guide" title="Hide the guide" onClick=${() => guideHidden.set(true)}>
        <${CloseIcon} />
      </button>`
    }
    ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
  </div>`
}

/**
 * Does what a button of the guide says, in the order of the fields of `Action`.
 *
 * @returns {Promise<string>} the sentence of a failure; empty when it worked
 */
async function carryOut(action, { workspace, me, channel }) {
  const person = workspace.people.find(({ name }) => name === action.as) ?? me
  try {
    if (action.fault) await sandbox.setFault(action.fault, action.isFaultOn)
    if (action.advanceMs) await sandbox.advanceClock(advanceOf(action))
    if (action.as) go({ as: action.as })
    if (action.press) reveal(action.press)
    if (!action.command) return ''
    const result = await slack.sendCommand({ user: person.id, channel, text: action.command })
    return result.ok ? '' : failureSentence(result.error)
  } catch (error) {
    return error.message
  }
}

function advanceOf({ advanceMs, toWorkingTime }) {
  if (!toWorkingTime) return advanceMs
  const now = Date.now() + clockOffset()
  return nextWorkingTime(new Date(now + advanceMs)).getTime() - now
}

/** Brings a button of the conversation into view, and puts the focus on it. */
function reveal(actionId) {
  const found = [...document.querySelectorAll(`.messages [data-action-id="${CSS.escape(actionId)}"]`)].at(-1)
  found?.scrollIntoView({ block: 'center' })
  found?.focus({ preventScroll: true, focusVisible: true })
}
