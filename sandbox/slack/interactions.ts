import { elementsOf } from './blocks/complete.ts'
import type { Deliveries, Delivery } from './delivery.ts'
import { knownOptions, stateValues, valueFieldOf } from './inputs.ts'
import { asArray, asDict, asText, type Dict } from './json.ts'
import { encodeTyped } from './mentions.ts'
import { insertMessage, presentMessage } from './messages.ts'
import type { Conversation, Message, OpenView, User } from './model.ts'
import { channelName, commandPayload, eventPayload, interactionBase, viewWith } from './payloads.ts'
import { createResponseUrl, respond } from './response-urls.ts'
import { SlackError } from './slack-error.ts'
import { nextTs, nowSeconds, SLACKBOT, type SlackState, slackId } from './state.ts'
import { createTrigger } from './triggers.ts'

/** Result of a person's action, for the page. */
export type Outcome = { ok: true; [more: string]: unknown } | { ok: false; error: string }

export interface Slack {
  state: SlackState
  deliveries: Deliveries
}

const COMMANDS = ['/rotation']

/** Runs a slash command; Slackbot reports a missing answer to the person. */
export async function sendCommand(
  slack: Slack,
  user: User,
  conversation: Conversation,
  typed: string,
): Promise<Outcome> {
  const { state, deliveries } = slack
  const [command = '', ...words] = typed.trim().split(/\s+/)
  if (!COMMANDS.includes(command)) return { ok: false, error: `${command} is not a valid command.` }
  const text = encodeTyped(state, words.length > 0 ? typed.trim().slice(command.length).trim() : '')
  const triggerId = createTrigger(state, user.id)
  const responseUrl = createResponseUrl(state, { user: user.id, channel: conversation.id })
  const payload = commandPayload({ user, conversation, command, text, triggerId, responseUrl })
  const delivery = await deliveries.deliver({ type: 'slash_commands', payload, acceptsResponse: true })
  const refused = delivery.acked ? answerCommand(state, user, conversation, delivery.payload) : delivery.error
  if (refused === undefined) return { ok: true, trigger_id: triggerId }
  const error = `${command} failed with the error "${refused}"`
  insertMessage(state, { channel: conversation.id, user: SLACKBOT.id, text: error, ephemeralFor: user.id })
  return { ok: false, error }
}

/** Shows the response in the acknowledgement. Returns Slack's error code if it is invalid. */
function answerCommand(
  state: SlackState,
  user: User,
  conversation: Conversation,
  answer: Dict,
): string | undefined {
  if (answer.text === undefined && answer.blocks === undefined && answer.attachments === undefined)
    return undefined
  try {
    respond(state, { user: user.id, channel: conversation.id }, answer)
    return undefined
  } catch (error) {
    if (error instanceof SlackError) return error.message
    throw error
  }
}

/** The element that a person used. @throws SlackError `not_found` when it no longer exists */
function elementAt(blocks: Dict[], blockId: string, actionId: string): Dict {
  const block = blocks.find((each) => each.block_id === blockId)
  const element = block && elementsOf(block).find((each) => each.action_id === actionId)
  if (!element) throw new SlackError('not_found', [`there is no ${actionId} in ${blockId} any more`])
  return element
}

export interface Action {
  blockId: string
  actionId: string
  value: Dict
  typed: unknown
}

/**
 * The `actions` entry of the payload. @throws SlackError `invalid_arguments` for a value that is not
 * offered
 */
function actionOf(state: SlackState, blocks: Dict[], action: Action): Dict {
  const element = elementAt(blocks, action.blockId, action.actionId)
  const type = asText(element.type)
  if (asText(action.value.type) !== type) {
    throw new SlackError('invalid_arguments', [
      `${action.actionId} is a ${type}, not a ${asText(action.value.type)}`,
    ])
  }
  const field = type === 'overflow' ? 'selected_option' : valueFieldOf(type)
  const chosen = field === undefined ? undefined : action.value[field]
  if (chosen !== undefined && chosen !== null && !knownOptions(element, chosen)) {
    throw new SlackError('invalid_arguments', [`${action.actionId} does not offer that option`])
  }
  // A button's value comes from its block, never from the page.
  const { options: _, option_groups: __, ...own } = element
  const picked = field === undefined ? {} : { [field]: chosen ?? null }
  return {
    ...own,
    ...picked,
    block_id: action.blockId,
    action_id: action.actionId,
    action_ts: nextTs(state.world),
  }
}

async function deliverAction(slack: Slack, payload: Dict): Promise<Outcome> {
  const body = { type: 'interactive', payload, acceptsResponse: false } as const
  return outcomeOf(await slack.deliveries.deliver(body))
}

const outcomeOf = (delivery: Delivery): Outcome =>
  delivery.acked ? { ok: true } : { ok: false, error: delivery.error }

function typedWith({ blockId, actionId, value, typed }: Action): Dict {
  const before = asDict(typed)
  return { ...before, [blockId]: { ...asDict(before[blockId]), [actionId]: value } }
}

/** Handles an action in a message. */
export async function actInMessage(
  slack: Slack,
  user: User,
  conversation: Conversation,
  message: Message,
  action: Action,
): Promise<Outcome> {
  const { state } = slack
  const blocks = [
    ...(message.blocks ?? []),
    ...asArray(message.attachments).flatMap((each) => asArray(asDict(each).blocks)),
  ].map(asDict)
  const entry = actionOf(state, blocks, action)
  const ephemeral = message.ephemeralFor !== undefined
  const inThread = message.thread_ts ? { thread_ts: message.thread_ts } : {}
  return deliverAction(slack, {
    type: 'block_actions',
    ...interactionBase(user),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: conversation.id,
      is_ephemeral: ephemeral,
      ...inThread,
    },
    trigger_id: createTrigger(state, user.id),
    channel: { id: conversation.id, name: channelName(conversation) },
    // Slack does not store ephemeral messages, so it sends none.
    ...(ephemeral ? {} : { message: presentMessage(state, message, true) }),
    state: { values: stateValues(blocks, typedWith(action)) },
    response_url: createResponseUrl(state, {
      user: user.id,
      channel: conversation.id,
      message: { ts: message.ts },
    }),
    actions: [entry],
  })
}

/** Handles an action in a modal or in the App Home. */
export async function actInView(slack: Slack, user: User, open: OpenView, action: Action): Promise<Outcome> {
  const { state } = slack
  const { view } = open
  const entry = actionOf(state, view.blocks, action)
  return deliverAction(slack, {
    type: 'block_actions',
    ...interactionBase(user),
    container: { type: 'view', view_id: view.id },
    trigger_id: createTrigger(state, user.id, view.type === 'modal' ? view.id : undefined),
    view: viewWith(view, stateValues(view.blocks, typedWith(action))),
    actions: [entry],
  })
}

/** Handles the opening of the App Home: sends the event without waiting for the app. */
export function openHome({ state, deliveries }: Slack, user: User, channel: string): void {
  const home = state.homes.get(user.id)
  const seconds = nowSeconds(state.world)
  const event = {
    type: 'app_home_opened',
    user: user.id,
    channel,
    tab: 'home',
    event_ts: nextTs(state.world),
    ...(home ? { view: home.view } : {}),
  }
  const payload = eventPayload(event, slackId('Ev'), seconds)
  void deliveries.deliver({ type: 'events_api', payload, acceptsResponse: false })
}
