/** Single selects are native, for keyboards, screen readers and tests. */
import { html, useContext } from '../preact.js'
import { WorkspaceContext } from '../workspace.js'
import { textOf } from './text.js'
import { useElement } from './use-element.js'

/** @typedef {{ value: string, label: string, description?: string }} Choice */
/** @typedef {{ label?: string, choices: Choice[] }} ChoiceGroup */

function Select({ groups, chosen, payloadFor, ...props }) {
  const { element, inInput } = props
  const { pending, change, attributes } = useElement(props)
  const placeholder = (element.placeholder && textOf(element.placeholder)) || 'Choose one'
  const onChange = (event) => change(payloadFor(event.currentTarget.value || null))
  return html`<span class=${`select ${pending ? 'is-busy' : ''}`}>
    <select
      ...${attributes}
      class=${`field ${chosen ? '' : 'is-empty'}`}
      value=${chosen ?? ''}
      aria-label=${attributes['aria-labelledby'] || inInput ? undefined : placeholder}
      onChange=${onChange}
    >
      <option value="" selected=${!chosen}>${placeholder}</option>
      ${groups.map((group) =>
        group.label
          ? html`<optgroup label=${group.label}>${optionsIn(group, chosen)}</optgroup>`
          : optionsIn(group, chosen),
      )}
    </select>
  </span>`
}

const optionsIn = (group, chosen) =>
  group.choices.map(
    ({ value, label }) =>
      html`<option key=${value} value=${value} selected=${value === chosen}>${label}</option>`,
  )

const choiceOf = (option) => ({
  value: option.value,
  label: textOf(option.text),
  description: option.description && textOf(option.description),
})

/** @returns {ChoiceGroup[]} */
export function staticGroups(element) {
  if (!element.option_groups) return [{ choices: element.options.map(choiceOf) }]
  return element.option_groups.map((group) => ({
    label: textOf(group.label),
    choices: group.options.map(choiceOf),
  }))
}

export function useWorkspaceGroups() {
  const { workspace } = useContext(WorkspaceContext)
  const people = workspace.people.map(({ id, name, realName }) => ({
    value: id,
    label: `${realName} (@${name})`,
  }))
  const channels = workspace.channels.map(({ id, name }) => ({ value: id, label: `#${name}` }))
  const dms = workspace.dms.map((dm) => ({ value: dm.id, label: `@${dm.with.name}` }))
  return {
    people: [{ choices: people }],
    channels: [{ choices: channels }],
    conversations: [
      { label: 'Channels', choices: channels },
      { label: 'Direct messages', choices: dms },
    ].filter((group) => group.choices.length > 0),
  }
}

export function StaticSelect(props) {
  const { payload } = useElement(props)
  const options = props.element.options ?? props.element.option_groups.flatMap((group) => group.options)
  return html`<${Select}
    ...${props}
    groups=${staticGroups(props.element)}
    chosen=${payload.selected_option?.value}
    payloadFor=${(value) => ({ selected_option: options.find((option) => option.value === value) ?? null })}
  />`
}

const workspaceSelect = (kind, property) =>
  function WorkspaceSelect(props) {
    const { payload } = useElement(props)
    return html`<${Select}
      ...${props}
      groups=${useWorkspaceGroups()[kind]}
      chosen=${payload[property]}
      payloadFor=${(value) => ({ [property]: value })}
    />`
  }

export const UsersSelect = workspaceSelect('people', 'selected_user')
export const ChannelsSelect = workspaceSelect('channels', 'selected_channel')
export const ConversationsSelect = workspaceSelect('conversations', 'selected_conversation')
