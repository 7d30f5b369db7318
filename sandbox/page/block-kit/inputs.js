/** Fields that people type into or pick a date or time with. */
import { html } from '../preact.js'
import { textOf } from './text.js'
import { useElement } from './use-element.js'

/** Characters left below which the count is worth showing. */
const COUNT_FROM = 100

const dispatchesOn = (element, trigger) =>
  (element.dispatch_action_config?.trigger_actions_on ?? ['on_enter_pressed']).includes(trigger)

/** @param {import('./use-element.js').ElementProps & { type: string, attributes?: object }} props */
function TextField({ type, extra, ...props }) {
  const { element, dispatch } = props
  const { payload, keep, send, attributes } = useElement(props)
  const value = payload.value ?? ''
  const onInput = (event) => {
    const next = { value: event.currentTarget.value === '' ? null : event.currentTarget.value }
    keep(next)
    if (dispatch && dispatchesOn(element, 'on_character_entered')) send(next)
  }
  const onKeyDown = (event) => {
    if (event.key !== 'Enter' || event.isComposing || element.multiline) return
    if (!dispatch || !dispatchesOn(element, 'on_enter_pressed')) return
    event.preventDefault()
    send({ value: value || null })
  }
  const common = {
    ...attributes,
    class: 'field',
    value,
    placeholder: element.placeholder && textOf(element.placeholder),
    autocomplete: 'off',
    onInput,
    onKeyDown,
  }
  const field = element.multiline
    ? html`<textarea ...${common} rows="3" dir="auto" />`
    : html`<input ...${common} ...${extra} type=${type} dir="auto" />`
  return html`${field}<${Count} value=${value} max=${element.max_length} min=${element.min_length} />`
}

/** Slack lets people type past the limit and says so; cutting the text off would lose it without a word. */
function Count({ value, max, min }) {
  const left = (max ?? Number.POSITIVE_INFINITY) - value.length
  if (left < 0) return html`<p class="count count-over">${-left} characters too long</p>`
  if (value && value.length < min)
    return html`<p class="count">${min - value.length} more characters needed</p>`
  return left <= COUNT_FROM ? html`<p class="count">${left} characters left</p>` : null
}

export const PlainTextInput = (props) => html`<${TextField} ...${props} type="text" />`
export const EmailInput = (props) => html`<${TextField} ...${props} type="email" />`
export const UrlInput = (props) => html`<${TextField} ...${props} type="url" extra=${{ inputMode: 'url' }} />`

/** A text field on purpose: a browser's number field hides what was typed wrongly instead of sending it. */
export const NumberInput = (props) =>
  html`<${TextField} ...${props} type="text" extra=${{ inputMode: props.element.is_decimal_allowed ? 'decimal' : 'numeric' }} />`

function Picker({ type, property, name, ...props }) {
  const { element, inInput } = props
  const label = (element.placeholder && textOf(element.placeholder)) || name
  const { payload, change, attributes } = useElement(props)
  const onChange = (event) => {
    const value = event.currentTarget.value || null
    // Typing 2026 passes through the years 2, 20 and 202.
    const isHalfTyped = type === 'date' && value?.startsWith('0')
    if (!isHalfTyped && value !== payload[property]) change({ [property]: value })
  }
  return html`<input
    ...${attributes}
    class="field field-short"
    type=${type}
    aria-label=${inInput || attributes['aria-labelledby'] ? undefined : label}
    value=${payload[property] ?? ''}
    onChange=${onChange}
  />`
}

export const DatePicker = (props) =>
  html`<${Picker} ...${props} type="date" property="selected_date" name="Date" />`
export const TimePicker = (props) =>
  html`<${Picker} ...${props} type="time" property="selected_time" name="Time" />`
