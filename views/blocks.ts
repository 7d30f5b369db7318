import type {
  ActionsBlock,
  ActionsBlockElement,
  AlertBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  InputBlock,
  KnownBlock,
  ModalView,
  MrkdwnElement,
  Overflow,
  PlainTextElement,
  PlainTextInput,
  PlainTextOption,
  SectionBlock,
} from '@slack/types'
import { ACTIONS, type InputId, menuValue } from './ids.ts'
import { LIMITS } from './limits.ts'
import { clip, clipIsolated, replaceAngleBrackets } from './text.ts'

/** A message: blocks, and the text for notifications and text-only clients. */
export interface Message {
  text: string
  blocks: KnownBlock[]
}

export const plain = (text: string, limit: number): PlainTextElement => ({
  type: 'plain_text',
  text: clipIsolated(replaceAngleBrackets(text), limit),
})

/** `verbatim` stops Slack from turning words such as `@here` into mentions or links. */
export const mrkdwn = (text: string): MrkdwnElement => ({ type: 'mrkdwn', text, verbatim: true })

export const header = (text: string): HeaderBlock => ({
  type: 'header',
  text: plain(text, LIMITS.headerText),
})

/** @param lines must fit one section together; use `pack` for longer text */
export const section = (lines: string | string[], rest: Partial<SectionBlock> = {}): SectionBlock => ({
  type: 'section',
  text: mrkdwn([lines].flat().join('\n')),
  ...rest,
})

/**
 * A notice in a modal that must not be overlooked. Words and a sign say so as well: a Slack without this block shows a
 * section (`older-slack.ts`).
 *
 * @param lines must fit one section together
 */
export const alert = (
  level: 'info' | 'warning' | 'error',
  lines: string | string[],
  rest: Partial<AlertBlock> = {},
): AlertBlock => ({ type: 'alert', level, text: mrkdwn([lines].flat().join('\n')), ...rest })

/** Shows the first ten texts; returns no block for an empty list. */
export const context = (texts: string[]): ContextBlock[] =>
  texts.length === 0
    ? []
    : [{ type: 'context', elements: texts.slice(0, LIMITS.contextElements).map((text) => mrkdwn(text)) }]

/** Returns no block for an empty list, because Slack refuses an empty one. */
export const actions = (elements: ActionsBlockElement[], blockId: string): ActionsBlock[] =>
  elements.length === 0 ? [] : [{ type: 'actions', block_id: blockId, elements }]

export const button = (
  text: string,
  actionId: string,
  value: string,
  style?: 'primary' | 'danger',
): Button => ({
  type: 'button',
  text: plain(text, LIMITS.buttonText),
  action_id: actionId,
  value,
  ...(style && { style }),
})

/** What is rare: its options act as buttons. One alone is a button, because a menu of one only hides it. */
export function menu(buttons: Button[]): (Overflow | Button)[] {
  const [only, ...others] = buttons
  if (!only) return []
  if (others.length === 0) return [only]
  const options = buttons.map(({ text, action_id = '', value = '' }) =>
    option(text.text, menuValue(action_id, value)),
  )
  return [{ type: 'overflow', action_id: ACTIONS.more, options }]
}

export const option = (text: string, value: string, description?: string): PlainTextOption => ({
  text: plain(text, LIMITS.optionText),
  value,
  ...(description && { description: plain(description, LIMITS.optionDescription) }),
})

type InputRest = { hint?: string; optional?: boolean }

/** An input whose block and element have the same id; forms read it by that id. */
export const input = (
  id: InputId,
  label: string,
  element: InputBlock['element'],
  { hint, optional }: InputRest = {},
): InputBlock => ({
  type: 'input',
  block_id: id,
  label: plain(label, LIMITS.label),
  element: { ...element, action_id: id },
  ...(hint && { hint: plain(hint, LIMITS.hint) }),
  ...(optional && { optional }),
})

/** A multi-line text field with Slack's maximum length. */
export const textArea = (
  id: InputId,
  label: string,
  rest: InputRest & { placeholder?: string; initial?: string } = {},
): InputBlock => {
  const { placeholder, initial, ...others } = rest
  const element: PlainTextInput = {
    type: 'plain_text_input',
    multiline: true,
    max_length: LIMITS.inputText,
    ...(placeholder && { placeholder: plain(placeholder, LIMITS.placeholder) }),
    ...(initial && { initial_value: clip(initial, LIMITS.inputText) }),
  }
  return input(id, label, element, others)
}

/** @param rest `submit` and `close` are the button labels */
export const modal = (
  callbackId: string,
  title: string,
  blocks: KnownBlock[],
  rest: { submit?: string; close?: string; metadata?: string } = {},
): ModalView => ({
  type: 'modal',
  callback_id: callbackId,
  title: plain(title, LIMITS.modalTitle),
  close: plain(rest.close ?? (rest.submit ? 'Cancel' : 'Close'), LIMITS.modalClose),
  ...(rest.submit && { submit: plain(rest.submit, LIMITS.modalSubmit) }),
  ...(rest.metadata && { private_metadata: rest.metadata }),
  blocks,
})
