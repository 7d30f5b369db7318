import { setTimeout as sleep } from 'node:timers/promises'
import { parseMenuValue } from '#views/ids'

export interface Block {
  type: string
  block_id?: string
  dispatch_action?: boolean
  text?: { text: string }
  element?: Element
  elements?: Element[]
  accessory?: Element
}

export interface Element {
  type: string
  action_id?: string
  value?: string
  text?: { text: string }
  options?: Option[]
  option_groups?: { options: Option[] }[]
  /** The overflow menu that a button is an option of, and the option. */
  menu?: { action_id: string; option: Option }
  initial_options?: Option[]
  initial_option?: Option
  initial_date_time?: number
  initial_date?: string
}

export interface Option {
  text: { text: string }
  value: string
}

export interface Message {
  ts: string
  text: string
  blocks?: Block[]
  files?: { name: string; content?: string; permalink: string }[]
  metadata?: { event_type: string; event_payload: Record<string, string> }
  thread_ts?: string
  ephemeral?: boolean
  is_bot: boolean
}

export interface View {
  id: string
  callback_id: string
  hash?: string
  title: { text: string }
  blocks: Block[]
  submit?: { text: string } | null
}

/** Answers to a form by `block_id`: text, one option or several, a user, or the ids of files. */
export type Answers = Record<string, string | string[] | { user: string } | { files: string[] }>

export interface SubmitResult {
  ok: boolean
  error?: string
  response_action?: string
  errors?: Record<string, string>
}

/** How long people wait for what they expect, in milliseconds. A measurement with many tokens raises it. */
export const PATIENCE = { waitMs: process.env.TEST_DIALECT === 'postgres' ? 45_000 : 15_000 }
const POLL_MS = 50

/** Retries until there is a result; fails with the last problem. @param waitMs by the machine's clock */
export async function eventually<T>(
  ask: () => Promise<T | undefined | null | false>,
  what: string,
  waitMs = PATIENCE.waitMs,
): Promise<T> {
  const until = Date.now() + waitMs
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > until) throw new Error(`never came: ${what}`)
    await sleep(POLL_MS)
  }
}

/** The text of a message or modal as a person reads it. */
export const wordsOf = (content: unknown): string => {
  if (Array.isArray(content)) return content.map(wordsOf).join('\n')
  if (typeof content !== 'object' || content === null) return ''
  const { text, ...rest } = content as Record<string, unknown>
  const own = typeof text === 'string' ? text : wordsOf(text)
  return [
    own,
    ...Object.values(rest)
      .filter((value) => typeof value === 'object')
      .map(wordsOf),
  ]
    .filter(Boolean)
    .join('\n')
}

/** Every element with an action id; the options of an overflow menu as the buttons that they act as. */
export const elementsOf = (blocks: Block[]): (Element & { block_id: string })[] =>
  blocks.flatMap((block) =>
    [block.element, block.accessory, ...(block.elements ?? [])]
      .flatMap((element) => (element ? optionsAsButtons(element) : []))
      .flatMap((element) => (element.action_id ? [{ ...element, block_id: block.block_id ?? '' }] : [])),
  )

function optionsAsButtons(element: Element): Element[] {
  const { type, action_id = '', options = [] } = element
  if (type !== 'overflow') return [element]
  return options.map((option) => {
    const { actionId, value } = parseMenuValue(option.value)
    return { type: 'overflow', action_id: actionId, value, text: option.text, menu: { action_id, option } }
  })
}

/** What Slack is sent when a person presses a button, or chooses an option of a menu. */
const pressed = ({ block_id, action_id, type, value, menu }: Element & { block_id: string }) =>
  menu
    ? { block_id, action_id: menu.action_id, value: { type, selected_option: menu.option } }
    : { block_id, action_id, value: { type, value } }

/** A user of the sandbox's workspace, who acts only through visible elements. */
export class Person {
  readonly id: string
  readonly #url: string

  constructor(url: string, id: string) {
    this.id = id
    this.#url = url
  }

  async get<T>(path: string): Promise<T> {
    const answer = await fetch(`${this.#url}/sandbox/api/${path}`)
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const answer = await fetch(`${this.#url}/sandbox/api/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await answer.json()) as T
  }

  type(text: string, channel = 'C0FLASHFUSIONAI'): Promise<{ ok: boolean; error?: string }> {
    return this.post('slack/command', { user: this.id, channel, text })
  }

  async messages(channel = 'C0FLASHFUSIONAI'): Promise<Message[]> {
    const { messages } = await this.get<{ messages: Message[] }>(
      `slack/conversation?user=${this.id}&channel=${channel}`,
    )
    return messages
  }

  async thread(ts: string, channel = 'C0FLASHFUSIONAI'): Promise<Message[]> {
    const query = `user=${this.id}&channel=${channel}&ts=${ts}`
    return (await this.get<{ messages: Message[] }>(`slack/thread?${query}`)).messages
  }

  async views(): Promise<View[]> {
    return (await this.get<{ stack: View[] }>(`slack/views?user=${this.id}`)).stack
  }

  /** The top modal, once it has this callback id. */
  modal(callbackId: string, waitMs?: number): Promise<View> {
    return eventually(
      async () => {
        const top = (await this.views()).at(-1)
        return top?.callback_id === callbackId ? top : null
      },
      `the modal ${callbackId} for ${this.id}`,
      waitMs,
    )
  }

  /** The newest ephemeral message to this person. */
  ephemeral(part: string): Promise<Message> {
    return eventually(
      async () => (await this.messages()).findLast((each) => each.ephemeral && wordsOf(each).includes(part)),
      `an answer with “${part}” for ${this.id}`,
    )
  }

  /** The card of a rotation, once its text contains `part`. */
  card(label: string, part = ''): Promise<Message> {
    return eventually(async () => {
      const messages = await this.messages()
      const cards = messages.filter(
        (each) =>
          each.metadata?.event_type === 'rotation_card' && each.metadata.event_payload.rotation_id === label,
      )
      if (cards.length > 1) throw new Error(`${cards.length} cards of ${label}`)
      return cards[0] && wordsOf(cards[0]).includes(part) ? cards[0] : null
    }, `the card of ${label} with “${part}”`)
  }

  /** Waits for the button where the message does not have it yet. */
  async click(message: Message, actionId: string, channel = 'C0FLASHFUSIONAI'): Promise<{ ok: boolean }> {
    const buttonOn = ({ blocks = [] }: Partial<Message>) =>
      elementsOf(blocks).find((each) => each.action_id === actionId)
    const edited = async () => (await this.messages(channel)).find((each) => each.ts === message.ts) ?? {}
    const element =
      buttonOn(message) ??
      (await eventually(async () => buttonOn(await edited()), `the button ${actionId} on: ${message.text}`))
    return this.post('slack/action', {
      user: this.id,
      container: { type: 'message', channel, ts: message.ts },
      ...pressed(element),
    })
  }

  async press(view: View, actionId: string, answers: Answers = {}): Promise<{ ok: boolean }> {
    const element = elementsOf(view.blocks).find((each) => each.action_id === actionId)
    if (!element) throw new Error(`no button ${actionId} in the modal ${view.callback_id}`)
    return this.post('slack/action', {
      user: this.id,
      container: { type: 'view', view_id: view.id },
      ...pressed(element),
      state: { values: valuesOf(view, answers) },
    })
  }

  async submit(view: View, answers: Answers): Promise<SubmitResult> {
    // What a scope changes in the form is only read.
    const asked = view.blocks.find((each) => each.dispatch_action && each.block_id !== 'scope')?.block_id
    const shown = asked === undefined ? view : await this.choose(view, asked, answers)
    const values = valuesOf(shown, answers)
    return this.post('slack/view-submission', { user: this.id, view_id: view.id, values })
  }

  /** Answers an input for which the form is updated. @returns the form then */
  async choose(view: View, block_id: string, answers: Answers): Promise<View> {
    const { element } = view.blocks.find((each) => each.block_id === block_id) ?? {}
    if (!element?.action_id || answers[block_id] === undefined) return view
    await this.post('slack/action', {
      user: this.id,
      container: { type: 'view', view_id: view.id },
      block_id,
      action_id: element.action_id,
      value: inputValue(element, answers[block_id]),
      state: { values: valuesOf(view, answers) },
    })
    return eventually(async () => {
      const shown = (await this.views()).find((each) => each.id === view.id)
      // One that is closed is sent as it was.
      return shown ? shown.hash !== view.hash && shown : view
    }, `the form ${view.callback_id}, updated`)
  }

  /** Uploads a file, as into a form. @returns Slack's id of it */
  async upload(name: string, content: string | Buffer): Promise<string> {
    const body = { user: this.id, name, content: Buffer.from(content).toString('base64') }
    const { file, error } = await this.post<{ file?: { id: string }; error?: string }>('slack/file', body)
    if (!file) throw new Error(`${name} was not uploaded: ${error}`)
    return file.id
  }

  close(view: View): Promise<unknown> {
    return this.post('slack/view-closed', { user: this.id, view_id: view.id })
  }
}

/** Slack's state for these answers; other fields keep their initial values. */
export function valuesOf(
  view: Pick<View, 'blocks'>,
  answers: Answers,
): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    view.blocks.flatMap(({ block_id = '', element }) =>
      element?.action_id ? [[block_id, { [element.action_id]: inputValue(element, answers[block_id]) }]] : [],
    ),
  )
}

function inputValue(element: Element, answer: Answers[string] | undefined): unknown {
  const { type } = element
  const options = [
    ...(element.options ?? []),
    ...(element.option_groups ?? []).flatMap((group) => group.options),
  ]
  const option = (value: string) => options.find((each) => each.value === value)
  if (type === 'checkboxes' || type === 'multi_static_select') {
    if (answer === undefined) return { type, selected_options: element.initial_options ?? [] }
    const values = Array.isArray(answer) ? answer : []
    return {
      type,
      selected_options: values.map((value) => option(value) ?? { text: { text: value }, value }),
    }
  }
  if (type === 'datetimepicker') {
    const seconds = typeof answer === 'string' ? Number(answer) : (element.initial_date_time ?? null)
    return { type, selected_date_time: seconds }
  }
  if (type === 'static_select' || type === 'radio_buttons') {
    const given = typeof answer === 'string' ? option(answer) : element.initial_option
    return { type, selected_option: given ?? null }
  }
  if (type === 'datepicker')
    return { type, selected_date: typeof answer === 'string' ? answer : (element.initial_date ?? null) }
  if (type === 'file_input')
    return {
      type,
      files: typeof answer === 'object' && 'files' in answer ? answer.files.map((id) => ({ id })) : [],
    }
  if (type === 'users_select')
    return { type, selected_user: typeof answer === 'object' && 'user' in answer ? answer.user : null }
  return { type, value: typeof answer === 'string' && answer !== '' ? answer : null }
}

/** The values of all options of an input. */
export function everyOption(view: View, blockId: string): string[] {
  const block = view.blocks.find((each) => each.block_id === blockId)
  return (block?.element?.options ?? []).map((each) => each.value)
}
