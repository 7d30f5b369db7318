import { html, useEffect, useLayoutEffect, useRef } from './preact.js'

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex="0"]'

/** The first element to focus: a field, the default button, or the text. */
const FIRST = ['.dialog-body :is(input, select, textarea)', '[data-default]', '.dialog-body']

/** A modal question. @param {{ onClose: () => void, className?: string }} props */
export function Question({ onClose, className = '', children, ...rest }) {
  const dialog = useRef(null)
  const isRemoved = useRef(false)
  useLayoutEffect(() => {
    const { current } = dialog
    const before = document.activeElement
    current.showModal()
    focusFirst(current)
    return () => {
      isRemoved.current = true
      // The page below is inert until the dialog is closed, and cannot take focus before.
      current.close()
      giveFocusBack(before)
    }
  }, [])

  const onCancel = (event) => {
    event.preventDefault()
    onClose()
  }
  // A second Escape closes a dialog without asking; only the owner decides what is shown.
  const onClosed = () => {
    if (isRemoved.current) return
    dialog.current.showModal()
    onClose()
  }
  const onKeyDown = (event) => event.key === 'Tab' && wrapFocus(event, dialog.current)
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

/**
 * A dialog over the chat only, so that the outside world can be watched and changed meanwhile. The caller
 * makes the chat inert.
 *
 * @param {{ onClose: () => void, isTop: boolean, contentId: string, className?: string }} props
 *   isTop: no dialog above it; contentId: changes whenever its content is replaced
 */
export function ChatDialog({ onClose, isTop, contentId, className = '', children, ...rest }) {
  const dialog = useRef(null)
  const close = useRef(onClose)
  close.current = onClose
  useLayoutEffect(() => {
    const before = document.activeElement
    focusFirst(dialog.current)
    // After the chat is no longer inert.
    return () => setTimeout(() => giveFocusBack(before))
  }, [])
  // A modal often opens empty and is updated: focus its first field unless the user has chosen one.
  useEffect(() => {
    const nowhere = [document.body, dialog.current.querySelector('.dialog-body')]
    if (isTop && nowhere.includes(document.activeElement)) focusFirst(dialog.current)
  }, [contentId, isTop])
  useEffect(() => {
    if (!isTop) return undefined
    const onKeyDown = (event) => {
      const inside =
        document.activeElement === document.body || dialog.current.contains(document.activeElement)
      if (event.key !== 'Escape' || event.defaultPrevented || !inside) return
      event.preventDefault()
      close.current()
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [isTop])
  const onKeyDown = (event) => event.key === 'Tab' && wrapFocus(event, dialog.current)
  return html`<div
    ref=${dialog}
    class=${`dialog ${className}`}
    role="dialog"
    aria-modal="true"
    inert=${!isTop}
    ...${rest}
    onKeyDown=${onKeyDown}
  >
    ${children}
  </div>`
}

function giveFocusBack(before) {
  const dialogs = [...document.querySelectorAll('.dialog')]
  const isBelow = dialogs.length > 0 && !dialogs.at(-1).contains(before)
  if (isBelow) dialogs.at(-1).querySelector('.dialog-body')?.focus()
  else if (before?.isConnected) before.focus()
}

function focusFirst(dialog) {
  const target = FIRST.map((selector) => dialog.querySelector(selector)).find(Boolean)
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
