import {
  choiceOption,
  confirm,
  imageElement,
  menuOption,
  optionGroup,
  overflowOption,
  plainText,
} from './composition.ts'
import { initialAmongOptions, initialWithinLength, minBelowMax, needsOptions } from './element-rules.ts'
import { LIMITS } from './limits.ts'
import { richText } from './rich-text.ts'
import {
  array,
  boolean,
  type Check,
  type Fields,
  integer,
  object,
  oneOf,
  optional,
  string,
  withRules,
} from './schema.ts'

const actionable: Fields = { type: string(), action_id: optional(string({ min: 1, max: LIMITS.id })) }
const confirmable: Fields = { confirm: optional(confirm) }
const focusable: Fields = { focus_on_load: optional(boolean) }
const placeheld: Fields = { placeholder: optional(plainText(LIMITS.placeholder)) }
const dispatching: Fields = {
  dispatch_action_config: optional(
    object({
      trigger_actions_on: optional(
        array(oneOf('on_enter_pressed', 'on_character_entered'), { min: 1, max: 2 }),
      ),
    }),
  ),
}
const menu: Fields = { ...actionable, ...confirmable, ...focusable, ...placeheld }
const textual: Fields = { ...actionable, ...focusable, ...placeheld, ...dispatching }
const many: Fields = { max_selected_items: optional(integer(1)) }
const ids = array(string({ min: 1 }))
const numeric = string({ pattern: /^-?\d+(\.\d+)?$/ })

const staticOptions: Fields = {
  options: optional(array(menuOption, { min: 1, max: LIMITS.selectOptions })),
  option_groups: optional(array(optionGroup, { min: 1, max: LIMITS.optionGroups })),
}
const filter: Fields = {
  filter: optional(
    object({
      include: optional(array(oneOf('im', 'mpim', 'private', 'public'), { min: 1 })),
      exclude_external_shared_channels: optional(boolean),
      exclude_bot_users: optional(boolean),
    }),
  ),
  default_to_current_conversation: optional(boolean),
}
const respondable: Fields = { response_url_enabled: optional(boolean) }

const feedbackButton = object({
  text: plainText(LIMITS.buttonText),
  value: string({ max: LIMITS.buttonValue }),
  accessibility_label: optional(string({ max: LIMITS.accessibilityLabel })),
})

const BUTTONS = {
  button: object({
    ...actionable,
    ...confirmable,
    text: plainText(LIMITS.buttonText),
    value: optional(string({ max: LIMITS.buttonValue })),
    url: optional(string({ max: LIMITS.url })),
    style: optional(oneOf('primary', 'danger')),
    accessibility_label: optional(string({ max: LIMITS.accessibilityLabel })),
  }),
  overflow: object({
    ...actionable,
    ...confirmable,
    options: array(overflowOption, { min: 1, max: LIMITS.overflowOptions }),
  }),
} satisfies Record<string, Check>

const CHOICES = {
  checkboxes: withRules(
    object({
      ...actionable,
      ...confirmable,
      ...focusable,
      options: array(choiceOption, { min: 1, max: LIMITS.choiceOptions }),
      initial_options: optional(array(choiceOption, { min: 1, max: LIMITS.choiceOptions })),
    }),
    initialAmongOptions,
  ),
  radio_buttons: withRules(
    object({
      ...actionable,
      ...confirmable,
      ...focusable,
      options: array(choiceOption, { min: 1, max: LIMITS.choiceOptions }),
      initial_option: optional(choiceOption),
    }),
    initialAmongOptions,
  ),
  datepicker: object({ ...menu, initial_date: optional(string({ pattern: /^\d{4}-\d{2}-\d{2}$/ })) }),
  timepicker: object({
    ...menu,
    initial_time: optional(string({ pattern: /^([01]\d|2[0-3]):[0-5]\d$/ })),
    timezone: optional(string()),
  }),
} satisfies Record<string, Check>

const SELECTS = {
  static_select: withRules(
    object({ ...menu, ...staticOptions, initial_option: optional(menuOption) }),
    needsOptions,
    initialAmongOptions,
  ),
  external_select: object({
    ...menu,
    initial_option: optional(menuOption),
    min_query_length: optional(integer(0)),
  }),
  users_select: object({ ...menu, initial_user: optional(string()) }),
  conversations_select: object({
    ...menu,
    ...filter,
    ...respondable,
    initial_conversation: optional(string()),
  }),
  channels_select: object({ ...menu, ...respondable, initial_channel: optional(string()) }),
  multi_static_select: withRules(
    object({ ...menu, ...many, ...staticOptions, initial_options: optional(array(menuOption, { min: 1 })) }),
    needsOptions,
    initialAmongOptions,
  ),
  multi_external_select: object({
    ...menu,
    ...many,
    initial_options: optional(array(menuOption)),
    min_query_length: optional(integer(0)),
  }),
  multi_users_select: object({ ...menu, ...many, initial_users: optional(ids) }),
  multi_conversations_select: object({ ...menu, ...many, ...filter, initial_conversations: optional(ids) }),
  multi_channels_select: object({ ...menu, ...many, initial_channels: optional(ids) }),
} satisfies Record<string, Check>

const DATETIME = {
  datetimepicker: object({
    ...actionable,
    ...confirmable,
    ...focusable,
    initial_date_time: optional(integer(1_000_000_000, 9_999_999_999)),
  }),
} satisfies Record<string, Check>

const TEXTS = {
  plain_text_input: withRules(
    object({
      ...textual,
      initial_value: optional(string()),
      multiline: optional(boolean),
      min_length: optional(integer(0, LIMITS.inputLength)),
      max_length: optional(integer(1, LIMITS.inputLength)),
    }),
    minBelowMax('min_length', 'max_length'),
    initialWithinLength,
  ),
  email_text_input: object({ ...textual, initial_value: optional(string()) }),
  url_text_input: object({ ...textual, initial_value: optional(string()) }),
  number_input: withRules(
    object({
      ...textual,
      is_decimal_allowed: boolean,
      initial_value: optional(numeric),
      min_value: optional(numeric),
      max_value: optional(numeric),
    }),
    minBelowMax('min_value', 'max_value'),
  ),
  file_input: object({
    ...actionable,
    filetypes: optional(array(string({ min: 1 }), { min: 1 })),
    max_files: optional(integer(1, 10)),
  }),
} satisfies Record<string, Check>

const RICH_INPUT = {
  rich_text_input: object({
    ...textual,
    initial_value: optional(richText),
    min_lines: optional(integer(1, 100)),
    max_lines: optional(integer(1, 100)),
  }),
} satisfies Record<string, Check>

export const SECTION_ACCESSORIES = { ...BUTTONS, ...CHOICES, ...SELECTS, image: imageElement }
export const ACTIONS_ELEMENTS = { ...BUTTONS, ...CHOICES, ...SELECTS, ...DATETIME, ...RICH_INPUT }
export const INPUT_ELEMENTS = { ...CHOICES, ...SELECTS, ...DATETIME, ...TEXTS, ...RICH_INPUT }
export const CONTEXT_ACTIONS_ELEMENTS = {
  feedback_buttons: object({
    ...actionable,
    positive_button: feedbackButton,
    negative_button: feedbackButton,
  }),
  icon_button: object({
    ...actionable,
    ...confirmable,
    icon: string({ min: 1 }),
    text: plainText(LIMITS.buttonText),
    value: optional(string({ max: LIMITS.buttonValue })),
    accessibility_label: optional(string({ max: LIMITS.accessibilityLabel })),
    visible_to_user_ids: optional(ids),
  }),
} satisfies Record<string, Check>
