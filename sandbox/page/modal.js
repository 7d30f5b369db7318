import { failureSentence, slack } from './api.js'
import { Blocks } from './block-kit/blocks.js'
import { useSurface } from './block-kit/surface.js'
import { PlainText } from './block-kit/text.js'
import { ChatDialog } from './dialog.js'
import { Guide } from './guide.js'
import { CloseIcon } from './icons.js'
import { refresh } from './live.js'
import { html, useEffect, useRef, useState } from './preact.js'

/** A person's open modals, the newest on top. @param {{ user: string, stack: object[] }} props */
export function Modals({ user, stack }) {
  if (stack.length === 0) return null
  return html`<div class="modal-layer">
    ${stack.map(
      (view, index) => html`<div key=${view.id} class="modal-seat">
        <${Modal} user=${user} view=${view} isTop=${index === stack.length - 1} />
      </div>`,
    )}
    <${Guide} stack=${stack} isInModal />
  </div>`
}

function Modal({ user, view, isTop }) {
  const { surface, errors, failure, refusals, submitting, submit } = useSubmission(user, view)
  const body = useRef(null)

  // A refused field may be scrolled out of view. Runs once per refusal, not while it is being corrected.
  useEffect(() => {
    const field = body.current?.querySelector('.has-error :is(input, select, textarea)')
    field?.focus()
    body.current?.querySelector('[data-testid=modal-error]')?.scrollIntoView({ block: 'nearest' })
  }, [refusals])

  const close = async (all) => {
    await slack.closeView(user, view.id, all).catch(() => undefined)
    refresh('slack')
  }
  const onSubmit = (event) => {
    event.preventDefault()
    submit()
  }
  return html`<${ChatDialog} isTop=${isTop} contentId=${view.hash} className="modal" aria-labelledby=${`${view.id}-title`} data-testid=${isTop ? 'modal' : 'modal-below'} onClose=${() => close(false)}>
    <form class="modal-form" noValidate onSubmit=${onSubmit}>
      <header class="modal-header">
        <h2 id=${`${view.id}-title`}><${PlainText} text=${view.title?.text} /></h2>
        <button type="button" class="icon-button" aria-label="Close all" title="Close" data-testid="modal-dismiss" onClick=${() => close(true)}>
          <${CloseIcon} />
        </button>
      </header>
      <div class="dialog-body" ref=${body} tabindex="-1"><${Blocks} surface=${surface} blocks=${view.blocks} /></div>
      <${Footer} view=${view} errors=${errors} failure=${failure} submitting=${submitting} close=${() => close(false)} />
    </form>
  <//>`
}

function Footer({ view, errors, failure, submitting, close }) {
  const elsewhere = errorsWithoutField(view.blocks, errors)
  const hasMarked = Object.keys(errors).length > elsewhere.length
  return html`<footer class="modal-footer">
    <div class="modal-problems" role="alert">
      ${failure && html`<p class="field-error" data-testid="modal-error">${failure}</p>`}
      ${elsewhere.map((error) => html`<p class="field-error" data-testid="modal-error"><${PlainText} text=${error} /></p>`)}
      ${hasMarked && html`<p class="field-error">Please correct the marked fields.</p>`}
    </div>
    <button type="button" class="button" data-testid="modal-close" onClick=${close}>
      <${PlainText} text=${view.close?.text ?? (view.submit ? 'Cancel' : 'Close')} />
    </button>
    ${
      view.submit &&
      html`<button
        type="submit"
        class=${`button button-primary ${submitting ? 'is-busy' : ''}`}
        data-testid="modal-submit"
        aria-busy=${submitting ? 'true' : undefined}
      >
        <span class="button-label"><${PlainText} text=${view.submit.text} /></span>
      </button>`
    }
  </footer>`
}

function useSubmission(user, view) {
  const [refused, setRefused] = useState(view.errors ?? {})
  const [failure, setFailure] = useState('')
  const [refusals, setRefusals] = useState(0)
  const [submitting, setSubmitting] = useState(false)
  const onEdit = (blockId) =>
    setRefused((before) =>
      before[blockId] ? Object.fromEntries(Object.entries(before).filter(([id]) => id !== blockId)) : before,
    )
  const surface = useSurface({
    user,
    container: { type: 'view', view_id: view.id },
    blocks: view.blocks,
    heading: 'h3',
    errors: refused,
    onEdit,
  })

  async function submit() {
    if (submitting || !view.submit) return
    setSubmitting(true)
    setFailure('')
    setRefused({})
    const { errors, problem } = await send(user, view.id, surface.state())
    setRefused(errors)
    setRefusals((count) => count + 1)
    setFailure(problem)
    await refresh('slack')
    setSubmitting(false)
  }
  return { surface, errors: refused, failure, refusals, submitting, submit }
}

async function send(user, viewId, values) {
  try {
    const result = await slack.submitView(user, viewId, values)
    return { errors: result.errors ?? {}, problem: result.ok ? '' : problemOf(result.error) }
  } catch (error) {
    return { errors: {}, problem: error.message }
  }
}

const problemOf = (error) =>
  error?.includes('operation_timeout') ? 'We had some trouble connecting. Try again?' : failureSentence(error)

/** Errors for blocks without a field are shown beside the buttons. */
function errorsWithoutField(blocks, errors) {
  const fields = new Set(blocks.filter((block) => block.type === 'input').map((block) => block.block_id))
  return Object.entries(errors)
    .filter(([blockId]) => !fields.has(blockId))
    .map(([, error]) => error)
}
