import { html, useEffect, useLayoutEffect, useRef } from './preact.js'

const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), select, textarea, [tabindex="0"]'

/** What a dialog is opened for; its text where it has neither field nor default, so that Tab begins there. */
const FIRST = ['.dialog-body :is(input, select, textarea)', '[data-default]', '.dialog-body']

/** A question over everything. The browser makes the rest inert. @param {{ onClose: () => void, className?: string }} props */
export function Question({ onClose, className = '', children, ...rest }) {
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

  // Escape, also while nothing inside has the focus.
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
 * A dialog over the chat alone: the outside world stays in reach, so that its changes can be watched meanwhile.
 * Whoever shows it makes the chat inert.
 *
 * @param {{ onClose: () => void, isTop: boolean, contentId: string, className?: string }} props
 *   isTop: nothing lies over it; contentId: another one whenever what it shows was replaced
 */
export function ChatDialog({ onClose, isTop, contentId, className = '', children, ...rest }) {
  const dialog = useRef(null)
  const close = useRef(onClose)
  close.current = onClose
  useLayoutEffect(() => {
    const before = document.activeElement
    focusFirst(dialog.current)
    // Once the chat is no longer inert.
    return () => setTimeout(() => giveFocusBack(before))
  }, [])
  // A modal often opens empty and is filled in: the fields get the focus unless it is already somewhere.
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
