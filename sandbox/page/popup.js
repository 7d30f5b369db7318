import { useEffect, useLayoutEffect, useRef, useState } from './preact.js'

const GAP_PX = 4
const EDGE_PX = 8

/**
 * A menu or list below its trigger, or above it without room below. It is positioned in the window, because
 * scrolling containers would clip it. Closes on Escape, scrolling, and focus or clicks elsewhere.
 *
 * @param {{ current: HTMLElement | null }} trigger
 * @param {{ takesFocus?: boolean }} [options] takesFocus: for menus; a list leaves the focus in its field
 */
export function usePopup(trigger, { takesFocus = false } = {}) {
  const [isOpen, setOpen] = useState(false)
  const list = useRef(null)
  const close = () => setOpen(false)

  // At every render: filtering shortens the list, and chips make the field taller.
  useLayoutEffect(() => {
    if (isOpen) place(list.current, trigger.current)
  })
  useLayoutEffect(() => {
    if (isOpen && takesFocus) list.current.querySelector('[role=menuitem]')?.focus({ preventScroll: true })
  }, [isOpen])
  useEffect(() => {
    if (!isOpen) return undefined
    const elsewhere = (event) => !event.target.closest?.('.popup') && close()
    const outside = (event) => !trigger.current?.parentElement?.contains(event.target) && close()
    addEventListener('scroll', elsewhere, true)
    addEventListener('pointerdown', outside, true)
    addEventListener('resize', close)
    return () => {
      removeEventListener('scroll', elsewhere, true)
      removeEventListener('pointerdown', outside, true)
      removeEventListener('resize', close)
    }
  }, [isOpen])

  const onKeyDown = (event) => {
    if (event.key === 'Tab' && !takesFocus) close()
    if (event.key !== 'Escape' || !isOpen) return
    // Otherwise the modal below would close too.
    event.preventDefault()
    event.stopPropagation()
    close()
    trigger.current?.focus()
  }
  const onFocusOut = (event) => {
    if (!event.currentTarget.contains(event.relatedTarget)) close()
  }
  return {
    isOpen,
    list,
    close,
    open: () => setOpen(true),
    toggle: () => setOpen((before) => !before),
    // Lower case: Preact uses the name as given when the element has no such property.
    area: { onKeyDown, onfocusout: onFocusOut },
  }
}

function place(list, trigger) {
  const anchor = trigger.getBoundingClientRect()
  const below = anchor.bottom + GAP_PX + list.offsetHeight <= innerHeight - EDGE_PX
  const left = Math.min(anchor.left, innerWidth - list.offsetWidth - EDGE_PX)
  const top = below ? anchor.bottom + GAP_PX : Math.max(EDGE_PX, anchor.top - GAP_PX - list.offsetHeight)
  Object.assign(list.style, { left: `${left}px`, top: `${top}px`, minWidth: `${anchor.width}px` })
}
