import { usePopup } from '../popup.js'
import { html, useRef } from '../preact.js'
import { Link, PlainText, textOf } from './text.js'
import { useElement } from './use-element.js'

const STEPS = { ArrowDown: 1, ArrowUp: -1 }

/** The "⋯" menu. @param {import('./use-element.js').ElementProps} props */
export function Overflow(props) {
  const { element } = props
  const { pending, send, attributes } = useElement(props)
  const trigger = useRef(null)
  const popup = usePopup(trigger, { takesFocus: true })

  const choose = (option) => {
    popup.close()
    trigger.current.focus()
    send({ selected_option: option })
  }
  const onMenuKey = (event) => {
    if (!STEPS[event.key]) return
    event.preventDefault()
    const items = [...event.currentTarget.querySelectorAll('[role=menuitem]')]
    const next = items.indexOf(document.activeElement) + STEPS[event.key]
    items[(next + items.length) % items.length]?.focus()
  }

  return html`<span class="overflow" ...${popup.area}>
    <button
      type="button"
      ...${attributes}
      ref=${trigger}
      class=${`button button-icon ${pending ? 'is-busy' : ''}`}
      aria-label="More actions"
      aria-haspopup="menu"
      aria-expanded=${String(popup.isOpen)}
      onClick=${popup.toggle}
    >
      <span class="button-label" aria-hidden="true">⋯</span>
    </button>
    ${
      popup.isOpen &&
      html`<div class="popup menu" role="menu" ref=${popup.list} onKeyDown=${onMenuKey}>
      ${element.options.map((option) =>
        option.url
          ? html`<${Link} url=${option.url} role="menuitem" class="menu-item" onClickCapture=${() => choose(option)}>
              ${textOf(option.text)}
            <//>`
          : html`<button type="button" role="menuitem" class="menu-item" onClick=${() => choose(option)}>
              <${PlainText} text=${option.text.text} />
            </button>`,
      )}
    </div>`
    }
  </span>`
}
