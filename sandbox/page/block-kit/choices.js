import { html } from '../preact.js'
import { Text } from './text.js'
import { useElement } from './use-element.js'

function Choices({ role, type, isChosen, choose, ...props }) {
  const { element } = props
  const { payload, pending, change, attributes } = useElement(props)
  const { id, ...group } = attributes
  return html`<div ...${group} id=${id} role=${role} class=${`choices ${pending ? 'is-busy' : ''}`}>
    ${element.options.map((option) => {
      const descriptionId = `${id}-${option.value}-description`.replace(/[^\w-]/g, '-')
      return html`<label class="choice" key=${option.value}>
        <input
          type=${type}
          name=${id}
          value=${option.value}
          checked=${isChosen(payload, option)}
          aria-describedby=${option.description ? descriptionId : undefined}
          onChange=${(event) => change(choose(payload, option, event.currentTarget.checked))}
        />
        <span>
          <${Text} object=${option.text} />
          ${option.description && html`<span class="description" id=${descriptionId}><${Text} object=${option.description} /></span>`}
        </span>
      </label>`
    })}
  </div>`
}

const isAmong = (options, option) => options.some(({ value }) => value === option.value)

export const Checkboxes = (props) =>
  html`<${Choices}
    ...${props}
    role="group"
    type="checkbox"
    isChosen=${(payload, option) => isAmong(payload.selected_options, option)}
    choose=${({ selected_options: before }, option, checked) => ({
      selected_options: checked ? [...before, option] : before.filter(({ value }) => value !== option.value),
    })}
  />`

export const RadioButtons = (props) =>
  html`<${Choices}
    ...${props}
    role="radiogroup"
    type="radio"
    isChosen=${(payload, option) => payload.selected_option?.value === option.value}
    choose=${(_, option) => ({ selected_option: option })}
  />`
