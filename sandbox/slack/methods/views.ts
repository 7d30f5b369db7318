import type { Dict } from '../json.ts'
import { invalidArguments, SlackError } from '../slack-error.ts'
import { exchangeTrigger, peekTrigger } from '../triggers.ts'
import { checkedView, findView, openRoot, publishHome, pushView, updateView } from '../views.ts'
import { type Call, jsonArg, type Method, requiredArg, textArg } from './call.ts'

/** The view argument. Slack validates it before the trigger, so an invalid view leaves the trigger unused. */
function viewArg(args: Dict, type: 'modal' | 'home'): Dict {
  const view = jsonArg(args, 'view', 'invalid_arguments')
  if (view === undefined) throw invalidArguments('missing required field: view')
  return checkedView(view, type)
}

function open({ state, args }: Call): Dict {
  const view = viewArg(args, 'modal')
  const trigger = peekTrigger(state, requiredArg(args, 'trigger_id'))
  const opened = openRoot(state, trigger.user, view)
  exchangeTrigger(state, trigger)
  return { view: opened }
}

function push({ state, args }: Call): Dict {
  const view = viewArg(args, 'modal')
  const trigger = peekTrigger(state, requiredArg(args, 'trigger_id'))
  // A push needs a trigger from inside a modal.
  if (trigger.viewId === undefined || !state.views.get(trigger.viewId)) throw new SlackError('not_found')
  const pushed = pushView(state, trigger.user, view)
  exchangeTrigger(state, trigger)
  return { view: pushed }
}

function update({ state, args }: Call): Dict {
  const target = findView(state, textArg(args, 'view_id'), textArg(args, 'external_id'))
  const view = viewArg(args, target.view.type)
  return { view: updateView(state, target, view, textArg(args, 'hash')) }
}

function publish({ state, args }: Call): Dict {
  const user = requiredArg(args, 'user_id')
  const view = viewArg(args, 'home')
  if (!state.users.get(user)) throw new SlackError('user_not_found')
  return { view: publishHome(state, user, view, textArg(args, 'hash')) }
}

export const VIEW_METHODS: Record<string, Method> = {
  'views.open': open,
  'views.push': push,
  'views.update': update,
  'views.publish': publish,
}
