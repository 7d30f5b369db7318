import { html } from '../preact.js'
import { Link, PlainText } from './text.js'
import { useElement } from './use-element.js'

/** @param {import('./use-element.js').ElementProps} props */
export function Button(props) {
  const { element } = props
  const { pending, send, attributes } = useElement(props)
  const click = () => !pending && send({ value: element.value })
  const className = `button ${element.style ? `button-${element.style}` : ''} ${pending ? 'is-busy' : ''}`
  const label = html`<span class="button-label"><${PlainText} text=${element.text.text} /></span>`
  const { 'aria-labelledby': _, ...own } = attributes
  if (element.url) {
    return html`<${Link}
      url=${element.url}
      class=${className}
      data-action-id=${element.action_id}
      onClickCapture=${click}
    >
      ${label}<span class="sr-only"> (opens in a new tab)</span>
    <//>`
  }
  return html`<button
    type="button"
    ...${own}
    class=${className}
    aria-busy=${pending ? 'true' : undefined}
    aria-label=${element.accessibility_label}
    value=${element.value}
    onClick=${click}
  >
    ${label}
  </button>`
}
