import { BOT, TEAM } from '#sandbox/demo-users'
import { completeBlocks, randomId, withDefaults } from './blocks/complete.ts'
import { LIMITS } from './blocks/limits.ts'
import { validateView } from './blocks/validate.ts'
import { asText, type Dict, isDict } from './json.ts'
import type { OpenView, View } from './model.ts'
import { newerBlockProblems } from './newer-blocks.ts'
import { fileProblems } from './shown-files.ts'
import { invalidArguments, invalidView, SlackError } from './slack-error.ts'
import { nowSeconds, type SlackState, slackId } from './state.ts'

/** @throws SlackError `invalid_arguments` with Slack's lines, `view_too_large` */
export function checkedView(view: unknown, type: 'modal' | 'home'): Dict {
  const problems = validateView(view, type)
  if (problems.length > 0 || !isDict(view)) throw invalidView(problems)
  if (Buffer.byteLength(JSON.stringify(view)) > LIMITS.viewBytes) throw new SlackError('view_too_large')
  return view
}

interface Place {
  id: string
  root: string
  previous: string | null
}

function buildView(state: SlackState, definition: Dict, type: 'modal' | 'home', place: Place): View {
  const problems = [
    ...newerBlockProblems(state, definition.blocks, '/view/blocks'),
    ...fileProblems(state, definition.blocks, '/view/blocks'),
  ]
  if (problems.length > 0) throw invalidView(problems)
  const modal = type === 'modal'
  return {
    id: place.id,
    team_id: TEAM.id,
    type,
    blocks: completeBlocks(definition.blocks),
    private_metadata: asText(definition.private_metadata),
    callback_id: asText(definition.callback_id),
    state: { values: {} },
    hash: `${nowSeconds(state.world)}.${randomId(8)}${randomId(8)}`.slice(0, 19),
    title: withDefaults(definition.title ?? { type: 'plain_text', text: 'View Title' }),
    clear_on_close: modal && definition.clear_on_close === true,
    notify_on_close: modal && definition.notify_on_close === true,
    close: withDefaults(definition.close) ?? null,
    submit: withDefaults(definition.submit) ?? null,
    previous_view_id: place.previous,
    root_view_id: place.root,
    app_id: BOT.appId,
    external_id: asText(definition.external_id),
    app_installed_team_id: TEAM.id,
    bot_id: BOT.botId,
  }
}

/** @throws SlackError `duplicate_external_id` when another view has it */
function requireFreeExternalId(state: SlackState, definition: Dict, except?: string): void {
  const wanted = asText(definition.external_id)
  if (wanted === '') return
  const views = [...state.views.all(), ...state.homes.all()].map(({ view }) => view)
  if (views.some((view) => view.external_id === wanted && view.id !== except)) {
    throw new SlackError('duplicate_external_id')
  }
}

export const stackOf = (state: SlackState, user: string): OpenView[] =>
  (state.stacks.get(user) ?? []).flatMap((id) => state.views.get(id) ?? [])

/** Opens a root modal, and replaces an open one. */
export function openRoot(state: SlackState, user: string, definition: Dict): View {
  requireFreeExternalId(state, definition)
  closeAll(state, user)
  const id = slackId('V')
  const view = buildView(state, definition, 'modal', { id, root: id, previous: null })
  state.views.put(id, { view, user })
  state.stacks.put(user, [id])
  return view
}

/** Pushes a modal. @throws SlackError `push_limit_reached`, `not_found` when none is open */
export function pushView(state: SlackState, user: string, definition: Dict): View {
  const stack = stackOf(state, user)
  const top = stack.at(-1)
  if (!top) throw new SlackError('not_found')
  if (stack.length >= LIMITS.viewStack) throw new SlackError('push_limit_reached')
  requireFreeExternalId(state, definition)
  const id = slackId('V')
  const place = { id, root: top.view.root_view_id, previous: top.view.id }
  const view = buildView(state, definition, 'modal', place)
  state.views.put(id, { view, user })
  state.stacks.put(user, [...stack.map((each) => each.view.id), id])
  return view
}

/** Updates a view. @throws SlackError `hash_conflict` when `hash` is given and differs */
export function updateView(state: SlackState, open: OpenView, definition: Dict, hash?: string): View {
  const { view: old, user } = open
  if (hash !== undefined && hash !== old.hash) throw new SlackError('hash_conflict')
  requireFreeExternalId(state, definition, old.id)
  const place = { id: old.id, root: old.root_view_id, previous: old.previous_view_id }
  const view = buildView(state, definition, old.type, place)
  const all = old.type === 'home' ? state.homes : state.views
  all.put(old.type === 'home' ? user : old.id, { view, user })
  return view
}

/** Publishes an App Home. @throws SlackError `hash_conflict` */
export function publishHome(state: SlackState, user: string, definition: Dict, hash?: string): View {
  const before = state.homes.get(user)
  if (before) return updateView(state, before, definition, hash)
  requireFreeExternalId(state, definition)
  const id = slackId('V')
  const view = buildView(state, definition, 'home', { id, root: id, previous: null })
  state.homes.put(user, { view, user })
  return view
}

/** Closes a view and the views above it. */
export function closeView(state: SlackState, open: OpenView): void {
  const ids = state.stacks.get(open.user) ?? []
  const at = ids.indexOf(open.view.id)
  if (at < 0) return
  for (const id of ids.slice(at)) state.views.delete(id)
  state.stacks.put(open.user, ids.slice(0, at))
}

export function closeAll(state: SlackState, user: string): void {
  for (const id of state.stacks.get(user) ?? []) state.views.delete(id)
  state.stacks.put(user, [])
}

/** The target of `views.update`. @throws SlackError `not_found`, also for a closed view */
export function findView(state: SlackState, viewId?: string, externalId?: string): OpenView {
  if (viewId === undefined && externalId === undefined)
    throw invalidArguments('missing required field: view_id')
  const all = [...state.views.all(), ...state.homes.all()]
  const found = all.find(({ view }) =>
    viewId === undefined ? view.external_id === externalId : view.id === viewId,
  )
  if (!found) throw new SlackError('not_found')
  return found
}
