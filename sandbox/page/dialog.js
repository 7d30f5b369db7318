import { html, useLayoutEffect, useRef } from './preact.js'

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex="0"]'

/** Fields first, then anything else: a dialog's close button is the last thing people open it for. */
const FIRST_FIELDS = [
  '[data-autofocus]',
  '.dialog-body :is(input, select, textarea)',
  '[data-default]',
  '.dialog-body :is(button, a[href])',
]

/**
 * A dialog over everything before it. The browser makes the rest inert; Escape asks to close.
 *
 * @param {{ onClose: () => void, className?: string, [key: string]: unknown }} props
 */
export function Dialog({ onClose, className = '', children, ...rest }) {
  const dialog = useRef(null)
  const isGone = useRef(false)
  useLayoutEffect(() => {
    const { current } = dialog
    const before = document.activeElement
    current.showModal()
    focusFirst(current)
    return () => {
      isGone.current = true
      // What lies below is inert until this one is closed, and takes no focus before.
      current.close()
      giveFocusBack(before)
    }
  }, [])

  const onKeyDown = (event) => {
    if (event.key === 'Tab') wrapFocus(event, dialog.current)
    if (event.key !== 'Escape' || event.defaultPrevented) return
    event.preventDefault()
    event.stopPropagation()
    onClose()
  }
  // Escape while nothing inside has the focus.
  const onCancel = (event) => {
    event.preventDefault()
    onClose()
  }
  // The browser closes it without asking when somebody insists; what is shown stays the owner's decision.
  const onClosed = () => {
    if (isGone.current) return
    dialog.current.showModal()
    onClose()
  }
  return html`<dialog
    ref=${dialog}
    class=${`dialog ${className}`}
    aria-modal="true"
    ...${rest}
    onKeyDown=${onKeyDown}
    onCancel=${onCancel}
    onClose=${onClosed}
  >
    ${children}
  </dialog>`
}

function giveFocusBack(before) {
  if (before?.isConnected && before !== document.body) before.focus()
  else [...document.querySelectorAll('dialog[open]')].at(-1)?.querySelector('.dialog-body')?.focus()
}

function focusFirst(dialog) {
  const field = FIRST_FIELDS.map((selector) => dialog.querySelector(selector)).find(Boolean)
  const target = field ?? dialog.querySelector(FOCUSABLE)
  target?.focus({ preventScroll: true })
}

function wrapFocus(event, dialog) {
  const stops = [...dialog.querySelectorAll(FOCUSABLE)].filter((element) => element.offsetParent !== null)
  const edge = event.shiftKey ? stops[0] : stops.at(-1)
  if (document.activeElement !== edge) return
  event.preventDefault()
  const other = event.shiftKey ? stops.at(-1) : stops[0]
  other?.focus()
}
