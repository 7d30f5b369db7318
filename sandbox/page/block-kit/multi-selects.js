/** Multi-selects: chips, and a field that filters the list below it. */
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
  const shownGroups = filtered(groups, filter)
  const shown = shownGroups.flatMap((group) => group.choices)
  const max = element.max_selected_items ?? Number.POSITIVE_INFINITY
  const list = { id: `${attributes.id}-list`, active: shown[active]?.value }

  const toggle = (value) => {
    const has = chosen.includes(value)
    if (!has && chosen.length >= max) return
    change(payloadFor(has ? chosen.filter((other) => other !== value) : [...chosen, value]))
    setFilter('')
    field.current.focus()
  }
  const onInput = ({ currentTarget }) => {
    setFilter(currentTarget.value)
    setActive(0)
    popup.open()
  }
  const move = (by) => {
    popup.open()
    setActive((active + by + shown.length) % Math.max(1, shown.length))
  }
  const onKeyDown = onKeys({
    ArrowDown: () => move(popup.isOpen ? 1 : 0),
    ArrowUp: () => move(-1),
    Enter: () => (popup.isOpen && list.active ? toggle(list.active) : popup.open()),
    // With filter text, the key deletes characters.
    ...(filter === '' && chosen.length > 0 && { Backspace: () => toggle(chosen.at(-1)) }),
  })

  return html`<div class=${`multi ${pending ? 'is-busy' : ''}`} ...${popup.area}>
    <div class="field multi-box" ref=${box} onClick=${() => field.current.focus()}>
      <${Chips} groups=${groups} chosen=${chosen} remove=${toggle} />
      <input
        ...${attributes}
        ref=${field}
        type="text"
        role="combobox"
        aria-expanded=${String(popup.isOpen)}
        aria-controls=${list.id}
        aria-activedescendant=${popup.isOpen && list.active ? optionId(list.id, list.active) : undefined}
        autocomplete="off"
        value=${filter}
        placeholder=${chosen.length === 0 ? (element.placeholder && textOf(element.placeholder)) || 'Choose' : ''}
        onInput=${onInput}
        onKeyDown=${onKeyDown}
        onClick=${popup.open}
      />
    </div>
    ${
      popup.isOpen &&
      html`<div class="popup listbox" id=${list.id} role="listbox" tabindex="-1" aria-multiselectable="true" ref=${popup.list}>
        ${shown.length === 0 && html`<p class="listbox-note">Nothing matches.</p>`}
        ${chosen.length >= max && html`<p class="listbox-note">At most ${max} can be chosen.</p>`}
        ${shownGroups.map((group) => html`<${Options} group=${group} list=${list} chosen=${chosen} toggle=${toggle} />`)}
      </div>`
    }
  </div>`
}

const onKeys = (keys) => (event) => {
  if (!keys[event.key]) return
  event.preventDefault()
  keys[event.key]()
}

const optionId = (listId, value) => `${listId}-${value}`.replace(/[^\w-]/g, '-')

function filtered(groups, filter) {
  const wanted = filter.trim().toLowerCase()
  return groups
    .map((group) => ({
      ...group,
      choices: group.choices.filter(({ label }) => label.toLowerCase().includes(wanted)),
    }))
    .filter((group) => group.choices.length > 0)
}

function Chips({ groups, chosen, remove }) {
  const all = groups.flatMap((group) => group.choices)
  return chosen.map((value) => {
    const label = all.find((choice) => choice.value === value)?.label ?? value
    return html`<span class="chip" key=${value} data-value=${value}>
      ${label}
      <button type="button" aria-label=${`Remove ${label}`} onClick=${() => remove(value)}>×</button>
    </span>`
  })
}

function Options({ group, list, chosen, toggle }) {
  return html`<div role="group" aria-label=${group.label}>
    ${group.label && html`<p class="listbox-note">${group.label}</p>`}
    ${group.choices.map(
      ({ value, label, description }) => html`<div
        key=${value}
        id=${optionId(list.id, value)}
        role="option"
        data-value=${value}
        aria-selected=${String(chosen.includes(value))}
        class=${`option ${list.active === value ? 'is-active' : ''}`}
        onMouseDown=${(event) => event.preventDefault()}
        onClick=${() => toggle(value)}
      >
        <span class="option-tick" aria-hidden="true">${chosen.includes(value) ? '✓' : ''}</span>
        <span>${label}${description && html`<small>${description}</small>`}</span>
      </div>`,
    )}
  </div>`
}

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
