import { failureSentence, slack } from './api.js'
import { Blocks } from './block-kit/blocks.js'
import { useSurface } from './block-kit/surface.js'
import { PlainText } from './block-kit/text.js'
import { confirm } from './confirm.js'
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

const LEAVE = {
  title: { type: 'plain_text', text: 'Close this form?' },
  text: { type: 'plain_text', text: 'What you typed is lost.' },
  confirm: { type: 'plain_text', text: 'Close' },
  deny: { type: 'plain_text', text: 'Go on typing' },
  style: 'danger',
}

function Modal({ user, view, isTop }) {
  const { surface, errors, failure, refusals, submitting, submit, isEdited } = useSubmission(user, view)
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
  // As in Slack: Escape is pressed by mistake, too.
  const leave = async () => {
    if (!isEdited.current || (await confirm(LEAVE))) close(false)
  }
  const onSubmit = (event) => {
    event.preventDefault()
    submit()
  }
  return html`<${ChatDialog} isTop=${isTop} contentId=${view.hash} className="modal" aria-labelledby=${`${view.id}-title`} data-testid=${isTop ? 'modal' : 'modal-below'} onClose=${leave}>
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
  const isEdited = useRef(false)
  const onEdit = (blockId) => {
    isEdited.current = true
    setRefused((before) =>
      before[blockId] ? Object.fromEntries(Object.entries(before).filter(([id]) => id !== blockId)) : before,
    )
  }
  // An update of the view clears what was refused before it, unless it was refused again.
  useEffect(() => setRefused(view.errors ?? {}), [view.hash])
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
    const isRefused = problem || Object.keys(errors).length > 0
    const shown = refresh('slack')
    // A refused form can be sent again at once, one that was taken is not sent twice.
    if (!isRefused) await shown
    setSubmitting(false)
  }
  return { surface, errors: refused, failure, refusals, submitting, submit, isEdited }
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
