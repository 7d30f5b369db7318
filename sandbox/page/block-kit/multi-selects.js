/** Lists to choose several from: chips, and a field that filters the list below it. */
import { usePopup } from '../popup.js'
import { html, useRef, useState } from '../preact.js'
import { staticGroups, useWorkspaceGroups } from './selects.js'
import { optionsOf } from './state.js'
import { textOf } from './text.js'
import { useElement } from './use-element.js'

function MultiSelect({ groups, chosen, payloadFor, ...props }) {
  const { element } = props
  const { pending, change, attributes } = useElement(props)
  const [filter, setFilter] = useState('')
  const [active, setActive] = useState(0)
  const box = useRef(null)
  const field = useRef(null)
  const popup = usePopup(box)

  const all = groups.flatMap((group) => group.choices)
  const shownGroups = groups
    .map((group) => ({ ...group, choices: group.choices.filter((choice) => matches(choice, filter)) }))
    .filter((group) => group.choices.length > 0)
  const shown = shownGroups.flatMap((group) => group.choices)
  const full = chosen.length >= (element.max_selected_items ?? Number.POSITIVE_INFINITY)

  const toggle = (value) => {
    const has = chosen.includes(value)
    if (!has && full) return
    change(payloadFor(has ? chosen.filter((other) => other !== value) : [...chosen, value]))
    setFilter('')
    field.current.focus()
  }
  const move = (by) => {
    popup.open()
    setActive((active + by + shown.length) % Math.max(1, shown.length))
  }
  const KEYS = {
    ArrowDown: () => move(popup.isOpen ? 1 : 0),
    ArrowUp: () => move(-1),
    Enter: () => (popup.isOpen && shown[active] ? toggle(shown[active].value) : popup.open()),
    Backspace: () => filter === '' && chosen.length > 0 && toggle(chosen.at(-1)),
  }
  const onKeyDown = (event) => {
    if (!KEYS[event.key]) return
    if (event.key !== 'Backspace') event.preventDefault()
    KEYS[event.key]()
  }
  const listId = `${attributes.id}-list`
  const optionId = (value) => `${listId}-${value}`.replace(/[^\w-]/g, '-')

  return html`<div class=${`multi ${pending ? 'is-busy' : ''}`} ...${popup.area}>
    <div class="field multi-box" ref=${box} onClick=${() => field.current.focus()}>
      ${chosen.map(
        (value) => html`<span class="chip" key=${value} data-value=${value}>
          ${all.find((choice) => choice.value === value)?.label ?? value}
          <button type="button" aria-label=${`Remove ${all.find((choice) => choice.value === value)?.label ?? value}`} onClick=${() => toggle(value)}>×</button>
        </span>`,
      )}
      <input
        ...${attributes}
        ref=${field}
        type="text"
        role="combobox"
        aria-expanded=${String(popup.isOpen)}
        aria-controls=${listId}
        aria-activedescendant=${popup.isOpen && shown[active] ? optionId(shown[active].value) : undefined}
        autocomplete="off"
        value=${filter}
        placeholder=${chosen.length === 0 ? (element.placeholder && textOf(element.placeholder)) || 'Choose' : ''}
        onInput=${(event) => {
          setFilter(event.currentTarget.value)
          setActive(0)
          popup.open()
        }}
        onKeyDown=${onKeyDown}
        onClick=${popup.open}
      />
    </div>
    ${
      popup.isOpen &&
      html`<div class="popup listbox" id=${listId} role="listbox" aria-multiselectable="true" ref=${popup.list}>
      ${shown.length === 0 && html`<p class="listbox-empty">Nothing matches.</p>`}
      ${full && html`<p class="listbox-empty">At most ${element.max_selected_items} can be chosen.</p>`}
      ${shownGroups.map(
        (group) => html`<div role="group" aria-label=${group.label}>
          ${group.label && html`<p class="listbox-group">${group.label}</p>`}
          ${group.choices.map(
            (choice) => html`<div
              key=${choice.value}
              id=${optionId(choice.value)}
              role="option"
              data-value=${choice.value}
              aria-selected=${String(chosen.includes(choice.value))}
              class=${`option ${shown[active]?.value === choice.value ? 'is-active' : ''}`}
              onMouseDown=${(event) => event.preventDefault()}
              onClick=${() => toggle(choice.value)}
            >
              <span class="option-tick" aria-hidden="true">${chosen.includes(choice.value) ? '✓' : ''}</span>
              <span>${choice.label}${choice.description && html`<small>${choice.description}</small>`}</span>
            </div>`,
          )}
        </div>`,
      )}
    </div>`
    }
  </div>`
}

const matches = (choice, filter) => choice.label.toLowerCase().includes(filter.trim().toLowerCase())

export function MultiStaticSelect(props) {
  const { payload } = useElement(props)
  const optionOf = (value) => optionsOf(props.element).find((option) => option.value === value)
  return html`<${MultiSelect}
    ...${props}
    groups=${staticGroups(props.element)}
    chosen=${payload.selected_options.map((option) => option.value)}
    payloadFor=${(values) => ({ selected_options: values.map(optionOf) })}
  />`
}

const workspaceSelect = (kind, property) =>
  function WorkspaceMultiSelect(props) {
    const { payload } = useElement(props)
    return html`<${MultiSelect}
      ...${props}
      groups=${useWorkspaceGroups()[kind]}
      chosen=${payload[property]}
      payloadFor=${(values) => ({ [property]: values })}
    />`
  }

export const MultiUsersSelect = workspaceSelect('people', 'selected_users')
export const MultiChannelsSelect = workspaceSelect('channels', 'selected_channels')
export const MultiConversationsSelect = workspaceSelect('conversations', 'selected_conversations')
