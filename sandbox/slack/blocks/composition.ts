import { type Dict, dictsIn } from '../json.ts'
import { LIMITS } from './limits.ts'
import {
  array,
  boolean,
  byType,
  type Check,
  object,
  oneOf,
  optional,
  rule,
  string,
  withRules,
} from './schema.ts'

/** A `plain_text` object of at most `max` characters. */
export const plainText = (max: number): Check =>
  byType({
    plain_text: object({ type: string(), text: string({ min: 1, max }), emoji: optional(boolean) }),
  })

/** A `plain_text` or `mrkdwn` object of at most `max` characters. */
export const anyText = (max: number): Check =>
  byType({
    plain_text: object({ type: string(), text: string({ min: 1, max }), emoji: optional(boolean) }),
    mrkdwn: object({ type: string(), text: string({ min: 1, max }), verbatim: optional(boolean) }),
  })

export const confirm: Check = object({
  title: plainText(LIMITS.confirmTitle),
  text: anyText(LIMITS.confirmText),
  confirm: plainText(LIMITS.confirmButton),
  deny: plainText(LIMITS.confirmButton),
  style: optional(oneOf('primary', 'danger')),
})

const optionWith = (text: (max: number) => Check, url: boolean): Check =>
  object({
    text: text(LIMITS.optionText),
    value: string({ min: 1, max: LIMITS.optionValue }),
    description: optional(text(LIMITS.optionDescription)),
    ...(url ? { url: optional(string({ max: LIMITS.url })) } : {}),
  })

/** For menus. */
export const menuOption = optionWith(plainText, false)
/** For overflow menus; may have a URL. */
export const overflowOption = optionWith(plainText, true)
/** For checkboxes and radio buttons; mrkdwn allowed. */
export const choiceOption = optionWith(anyText, false)

export const optionGroup: Check = object({
  label: plainText(LIMITS.optionGroupLabel),
  options: array(menuOption, { min: 1, max: LIMITS.selectOptions }),
})

/** An image from a URL or an uploaded file: exactly one of the two. */
export const imageSource = {
  image_url: optional(string({ min: 1, max: LIMITS.url })),
  slack_file: optional(
    object({ id: optional(string({ pattern: /^F[A-Z0-9]{8,}$/ })), url: optional(string({ min: 1 })) }),
  ),
}

export const imageSourceRule = rule(
  (image) => image.image_url === undefined && image.slack_file === undefined,
  'missing required field: image_url',
)

const isDoubled = ({ slack_file }: Dict): boolean => {
  const file = slack_file as Dict | undefined
  return file !== undefined && (file.id === undefined) === (file.url === undefined)
}

export const slackFileRule = rule(isDoubled, 'must provide one of `id` or `url`', '/slack_file')

export const imageElement: Check = withRules(
  object({ type: string(), alt_text: string({ min: 1, max: LIMITS.imageAltText }), ...imageSource }),
  imageSourceRule,
  slackFileRule,
)

/** Every option of an element, including those in groups. */
export function optionsOf(element: Dict): Dict[] {
  return [
    ...dictsIn(element.options),
    ...dictsIn(element.option_groups).flatMap((group) => dictsIn(group.options)),
  ]
}

/** Slack compares options by value and text. */
export function sameOption(a: Dict, b: Dict): boolean {
  const text = (option: Dict) => (option.text as Dict | undefined)?.text
  return a.value === b.value && text(a) === text(b)
}
