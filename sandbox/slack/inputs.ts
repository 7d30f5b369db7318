import { elementsOf } from './blocks/complete.ts'
import { optionsOf, sameOption } from './blocks/composition.ts'
import { LIMITS } from './blocks/limits.ts'
import { lengthOf } from './blocks/schema.ts'
import { asArray, asDict, asText, type Dict, dictsIn, isDict } from './json.ts'

/** How an element stores its value: the field in the state, and the source of the initial value. */
interface Kind {
  field: string
  initial: string
  empty: unknown
}

const text: Kind = { field: 'value', initial: 'initial_value', empty: null }
const lone = (what: string): Kind => ({ field: `selected_${what}`, initial: `initial_${what}`, empty: null })
const several = (what: string): Kind => ({ field: `selected_${what}`, initial: `initial_${what}`, empty: [] })

const KINDS: Record<string, Kind> = {
  plain_text_input: text,
  email_text_input: text,
  url_text_input: text,
  number_input: text,
  rich_text_input: { field: 'rich_text_value', initial: 'initial_value', empty: null },
  file_input: { field: 'files', initial: '', empty: [] },
  checkboxes: several('options'),
  radio_buttons: lone('option'),
  datepicker: lone('date'),
  timepicker: lone('time'),
  datetimepicker: lone('date_time'),
  static_select: lone('option'),
  external_select: lone('option'),
  users_select: lone('user'),
  conversations_select: lone('conversation'),
  channels_select: lone('channel'),
  multi_static_select: several('options'),
  multi_external_select: several('options'),
  multi_users_select: several('users'),
  multi_conversations_select: several('conversations'),
  multi_channels_select: several('channels'),
}

/**
 * The `state.values` of a surface: typed values, or else initial ones. As in Slack, values of removed
 * blocks are dropped.
 *
 * @param typed the person's values by block and action id
 */
export function stateValues(blocks: Dict[], typed: unknown): Dict {
  const given = asDict(typed)
  const entries = blocks.map((block) => {
    const id = asText(block.block_id)
    const holding = elementsOf(block).filter((element) => KINDS[asText(element.type)])
    const values = holding.map((element) => {
      const action = asText(element.action_id)
      return [action, heldValue(element, asDict(given[id])[action])] as const
    })
    return [id, Object.fromEntries(values)] as const
  })
  return Object.fromEntries(entries.filter(([, values]) => Object.keys(values).length > 0))
}

function heldValue(element: Dict, typed: unknown): Dict {
  const type = asText(element.type)
  const kind = KINDS[type] ?? text
  const given = isDict(typed) && Object.hasOwn(typed, kind.field)
  const value = given ? asDict(typed)[kind.field] : element[kind.initial]
  // Slack sends null for an emptied text.
  return { type, [kind.field]: value === undefined || value === '' ? kind.empty : value }
}

/** Where `max_files` is left out. */
const MAX_FILES = 10

const REQUIRED = 'Please complete this required field.'

type TextRule = (value: string, element: Dict) => string | undefined

const within: TextRule = (value, element) => {
  const min = typeof element.min_length === 'number' ? element.min_length : 0
  const max = typeof element.max_length === 'number' ? element.max_length : LIMITS.inputLength
  const length = lengthOf(value)
  if (length < min) return `Please enter at least ${min} characters.`
  return length > max ? `Please enter no more than ${max} characters.` : undefined
}

const number: TextRule = (value, element) => {
  const pattern = element.is_decimal_allowed === true ? /^-?\d+(\.\d+)?$/ : /^-?\d+$/
  if (!pattern.test(value)) return 'Please enter a valid number.'
  if (element.min_value !== undefined && Number(value) < Number(element.min_value)) {
    return `Please enter a number of at least ${asText(element.min_value)}.`
  }
  const over = element.max_value !== undefined && Number(value) > Number(element.max_value)
  return over ? `Please enter a number of at most ${asText(element.max_value)}.` : undefined
}

const url: TextRule = (value) =>
  URL.canParse(value) && /^https?:$/.test(new URL(value).protocol) ? undefined : 'Please enter a valid URL.'

const email: TextRule = (value) =>
  /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) ? undefined : 'Please enter a valid email address.'

const TEXT_RULES: Record<string, TextRule> = {
  plain_text_input: within,
  number_input: number,
  url_text_input: url,
  email_text_input: email,
}

/**
 * Slack's own validation before the app gets a submission: error sentence by block id.
 *
 * @param values as returned by `stateValues`
 */
export function inputErrors(blocks: Dict[], values: Dict): Record<string, string> {
  const errors = blocks
    .filter((block) => block.type === 'input')
    .map((block) => [asText(block.block_id), errorOf(block, values)] as const)
  return Object.fromEntries(
    errors.filter((entry): entry is readonly [string, string] => entry[1] !== undefined),
  )
}

function errorOf(block: Dict, values: Dict): string | undefined {
  const element = asDict(block.element)
  const type = asText(element.type)
  const held = asDict(asDict(values[asText(block.block_id)])[asText(element.action_id)])
  const value = held[KINDS[type]?.field ?? 'value']
  const empty = value === null || value === undefined || (Array.isArray(value) && value.length === 0)
  if (empty) return block.optional === true ? undefined : REQUIRED
  if (typeof value === 'string') return TEXT_RULES[type]?.(value, element) ?? blank(block, type, value)
  const most = type === 'file_input' ? (element.max_files ?? MAX_FILES) : element.max_selected_items
  if (typeof most === 'number' && asArray(value).length > most) return `Please choose no more than ${most}.`
  return knownOptions(element, value) ? undefined : 'Please choose one of the options.'
}

function blank(block: Dict, type: string, value: string): string | undefined {
  return type === 'plain_text_input' && block.optional !== true && value.trim() === '' ? REQUIRED : undefined
}

/** True when every chosen option is offered; elements without own options accept any. */
export function knownOptions(element: Dict, chosen: unknown): boolean {
  const options = optionsOf(element)
  if (options.length === 0) return true
  return dictsIn(Array.isArray(chosen) ? chosen : [chosen]).every((option) =>
    options.some((offered) => sameOption(offered, option)),
  )
}

/** The value field of an element type, such as `selected_option`; undefined for types without a value. */
export const valueFieldOf = (type: string): string | undefined => KINDS[type]?.field
