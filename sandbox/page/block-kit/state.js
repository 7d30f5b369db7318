/**
 * The values of a surface's inputs, in the form of Slack's `state.values`. Pure.
 *
 * As in Slack, an update of the view keeps a typed value where both ids and the element type are unchanged.
 */

const selectedOption = (element) => ({ selected_option: element.initial_option ?? null })
const selectedOptions = (element) => ({ selected_options: element.initial_options ?? [] })
const typedText = (element) => ({ value: element.initial_value ?? null })

const INITIAL = {
  plain_text_input: typedText,
  url_text_input: typedText,
  email_text_input: typedText,
  number_input: typedText,
  static_select: selectedOption,
  radio_buttons: selectedOption,
  multi_static_select: selectedOptions,
  checkboxes: selectedOptions,
  users_select: (element) => ({ selected_user: element.initial_user ?? null }),
  channels_select: (element) => ({ selected_channel: element.initial_channel ?? null }),
  conversations_select: (element) => ({ selected_conversation: element.initial_conversation ?? null }),
  multi_users_select: (element) => ({ selected_users: element.initial_users ?? [] }),
  multi_channels_select: (element) => ({ selected_channels: element.initial_channels ?? [] }),
  multi_conversations_select: (element) => ({ selected_conversations: element.initial_conversations ?? [] }),
  datepicker: (element) => ({ selected_date: element.initial_date ?? null }),
  datetimepicker: (element) => ({ selected_date_time: element.initial_date_time ?? null }),
  file_input: () => ({ files: [] }),
  timepicker: (element) => ({ selected_time: element.initial_time ?? null }),
}

export const stateKey = (blockId, actionId) => `${blockId}\n${actionId}`

/** The interactive elements of a block. */
export function elementsOf(block) {
  return [block.element, block.accessory, ...(block.type === 'actions' ? block.elements : [])].filter(Boolean)
}

export const optionsOf = (element) =>
  element.options ?? element.option_groups?.flatMap((group) => group.options) ?? []

/** Uses the options' current text, and drops options that are no longer offered. */
function onlyOffered(element, payload) {
  const offered = (option) => optionsOf(element).find((candidate) => candidate.value === option?.value)
  if (payload.selected_option) return { selected_option: offered(payload.selected_option) ?? null }
  if (payload.selected_options)
    return { selected_options: payload.selected_options.map(offered).filter(Boolean) }
  return payload
}

/**
 * The current value of an element, without its type.
 *
 * @param {Map<string, { type: string, payload: object }>} typed
 */
export function payloadOf(typed, blockId, element) {
  const kept = typed.get(stateKey(blockId, element.action_id))
  if (kept?.type === element.type) return onlyOffered(element, kept.payload)
  return INITIAL[element.type]?.(element) ?? {}
}

/** Slack's `state.values` for blocks. */
export function collectState(blocks, typed) {
  const values = {}
  for (const block of blocks) {
    for (const element of elementsOf(block)) {
      if (!INITIAL[element.type]) continue
      values[block.block_id] ??= {}
      values[block.block_id][element.action_id] = {
        type: element.type,
        ...payloadOf(typed, block.block_id, element),
      }
    }
  }
  return values
}

/** Drops typed values that an update removed. */
export function pruneTyped(blocks, typed) {
  const present = new Set(
    blocks.flatMap((block) =>
      elementsOf(block).map((element) => stateKey(block.block_id, element.action_id)),
    ),
  )
  return new Map([...typed].filter(([key]) => present.has(key)))
}
