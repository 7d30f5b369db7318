import { html } from '../preact.js'
import { textOf } from './text.js'
import { useElement } from './use-element.js'

/** The counter is shown below this number of remaining characters. */
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

/** As in Slack, text may exceed the limit and is reported, not cut. */
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

/** A text field, because a number field hides invalid input instead of sending it. */
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

/** Date and time in the reader's zone; the value is Unix seconds. */
export function DateTimePicker(props) {
  const { payload, change, attributes } = useElement(props)
  const onChange = (event) => {
    const seconds = Date.parse(event.currentTarget.value) / 1_000
    if (event.currentTarget.value === '') change({ selected_date_time: null })
    // Typing 2026 passes through the years 2, 20 and 202.
    else if (seconds > 1_000_000_000) change({ selected_date_time: seconds })
  }
  return html`<input
    ...${attributes}
    class="field field-short"
    type="datetime-local"
    aria-label=${props.inInput || attributes['aria-labelledby'] ? undefined : 'Date and time'}
    value=${localMinute(payload.selected_date_time)}
    onChange=${onChange}
  />`
}

/** `2026-11-23T09:02` in the reader's zone, for a datetime-local field. */
function localMinute(seconds) {
  if (!seconds) return ''
  const date = new Date(seconds * 1_000)
  return new Date(date.getTime() - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
