import { html } from '../preact.js'
import { Button } from './buttons.js'
import { Checkboxes, RadioButtons } from './choices.js'
import { FileInput } from './file-input.js'
import { ImageElement } from './image.js'
import {
  DatePicker,
  DateTimePicker,
  EmailInput,
  NumberInput,
  PlainTextInput,
  TimePicker,
  UrlInput,
} from './inputs.js'
import {
  MultiChannelsSelect,
  MultiConversationsSelect,
  MultiStaticSelect,
  MultiUsersSelect,
} from './multi-selects.js'
import { Overflow } from './overflow.js'
import { ChannelsSelect, ConversationsSelect, StaticSelect, UsersSelect } from './selects.js'

const ELEMENTS = {
  button: Button,
  overflow: Overflow,
  image: ImageElement,
  checkboxes: Checkboxes,
  radio_buttons: RadioButtons,
  static_select: StaticSelect,
  users_select: UsersSelect,
  channels_select: ChannelsSelect,
  conversations_select: ConversationsSelect,
  multi_static_select: MultiStaticSelect,
  multi_users_select: MultiUsersSelect,
  multi_channels_select: MultiChannelsSelect,
  multi_conversations_select: MultiConversationsSelect,
  plain_text_input: PlainTextInput,
  url_text_input: UrlInput,
  email_text_input: EmailInput,
  number_input: NumberInput,
  datepicker: DatePicker,
  file_input: FileInput,
  timepicker: TimePicker,
  datetimepicker: DateTimePicker,
}

/** Elements with several controls: their label names a group, not one field. */
export const GROUP_ELEMENTS = ['checkboxes', 'radio_buttons']

/** Any element. @param {import('./use-element.js').ElementProps} props */
export function Element(props) {
  const Known = ELEMENTS[props.element.type]
  if (!Known) return html`<${Unsupported} what=${`element ${props.element.type}`} />`
  return html`<${Known} ...${props} />`
}

/** Unsupported blocks are named, not dropped. */
export const Unsupported = ({ what }) =>
  html`<span class="unsupported">This page cannot show the ${what}.</span>`
