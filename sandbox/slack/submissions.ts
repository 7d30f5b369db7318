import { inputErrors, stateValues } from './inputs.ts'
import type { Outcome, Slack } from './interactions.ts'
import { asDict, asText, type Dict } from './json.ts'
import type { OpenView, User } from './model.ts'
import { interactionBase, viewWith } from './payloads.ts'
import { withFiles } from './person-files.ts'
import { SlackError } from './slack-error.ts'
import type { SlackState } from './state.ts'
import { createTrigger } from './triggers.ts'
import { checkedView, closeAll, closeView, pushView, stackOf, updateView } from './views.ts'

/** Slack's message when the app's answer is missing or invalid. */
const TROUBLE = 'We had some trouble connecting. Try again?'

/**
 * Submits a modal: Slack validates the inputs, then the app's answer closes or updates the modal, or sets
 * errors.
 */
export async function submitView(slack: Slack, user: User, open: OpenView, typed: unknown): Promise<Outcome> {
  const { state, deliveries } = slack
  const { view } = open
  const values = stateValues(view.blocks, typed)
  const errors = inputErrors(view.blocks, values)
  if (Object.keys(errors).length > 0) return showErrors(state, open, errors)
  const payload = {
    type: 'view_submission',
    ...interactionBase(user),
    trigger_id: createTrigger(state, user.id, view.id),
    view: viewWith(view, withFiles(state, values)),
    response_urls: [],
  }
  const delivery = await deliveries.deliver({ type: 'interactive', payload, acceptsResponse: true })
  if (!delivery.acked) return { ok: false, error: delivery.error }
  // The app may have updated the view meanwhile, or somebody closed it, who then does not see the answer.
  const current = state.views.get(view.id)
  try {
    if (!current) return answerUnseen(open, delivery.payload)
    return takeAnswer(state, current, delivery.payload)
  } catch (error) {
    if (error instanceof SlackError) return { ok: false, error: `${TROUBLE} (${error.message})` }
    throw error
  }
}

type Answer = (state: SlackState, open: OpenView, answer: Dict) => Outcome

const ANSWERS: Record<string, Answer> = {
  errors: (state, open, answer) => showErrors(state, open, namedErrors(open, answer.errors)),
  update(state, open, answer) {
    updateView(state, open, checkedView(answer.view, 'modal'))
    return { ok: true, response_action: 'update' }
  },
  push(state, open, answer) {
    pushView(state, open.user, checkedView(answer.view, 'modal'))
    return { ok: true, response_action: 'push' }
  },
  clear(state, open) {
    closeAll(state, open.user)
    return { ok: true, response_action: 'clear' }
  },
}

function takeAnswer(state: SlackState, open: OpenView, answer: Dict): Outcome {
  if (answer.response_action === undefined) {
    closeView(state, open)
    return { ok: true }
  }
  const action = asText(answer.response_action)
  const take = Object.hasOwn(ANSWERS, action) ? ANSWERS[action] : undefined
  if (!take) throw new SlackError('invalid_response_action', [action])
  return take(state, open, answer)
}

const answerUnseen = (open: OpenView, answer: Dict): Outcome =>
  answer.response_action === 'errors'
    ? { ok: true, response_action: 'errors', errors: namedErrors(open, answer.errors) }
    : { ok: true }

function showErrors(state: SlackState, open: OpenView, errors: Record<string, string>): Outcome {
  state.views.put(open.view.id, { ...open, errors })
  return { ok: true, response_action: 'errors', errors }
}

/** The app's errors by block id; Slack shows none if one names no input block of the view. */
function namedErrors({ view }: OpenView, errors: unknown): Record<string, string> {
  const entries = Object.entries(asDict(errors))
  const inputs = view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id)
  if (entries.length === 0) throw new SlackError('invalid_response_errors', ['no errors given'])
  for (const [id, sentence] of entries) {
    if (!inputs.includes(id))
      throw new SlackError('invalid_response_errors', [`${id} is no input block of this view`])
    if (typeof sentence !== 'string' || sentence === '') {
      throw new SlackError('invalid_response_errors', [`the error of ${id} is no text`])
    }
  }
  return Object.fromEntries(entries) as Record<string, string>
}

/**
 * Closes a modal, or the whole stack with `cleared` or `clear_on_close`. The app gets one event, if the
 * view asked for it.
 */
export async function dismissView(
  slack: Slack,
  user: User,
  open: OpenView,
  cleared: boolean,
): Promise<Outcome> {
  const { state, deliveries } = slack
  const { view } = open
  const all = cleared || view.clear_on_close === true
  const values = stateValues(view.blocks, {})
  if (all) closeAll(state, open.user)
  else closeView(state, open)
  if (view.notify_on_close !== true) return { ok: true }
  const payload = {
    type: 'view_closed',
    ...interactionBase(user),
    view: viewWith(view, values),
    is_cleared: all,
  }
  // The modal is closed whatever the app answers.
  await deliveries.deliver({ type: 'interactive', payload, acceptsResponse: false })
  return { ok: true }
}

/** The top modal, the only one that can be submitted or closed. @throws SlackError `not_found` */
export function topView(state: SlackState, user: string, viewId: string): OpenView {
  const top = stackOf(state, user).at(-1)
  if (top?.view.id !== viewId) throw new SlackError('not_found', ['this view is not the one on top any more'])
  return top
}
