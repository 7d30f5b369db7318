/**
 * What the guide names next, derived from the newest card and the open modal. Pure.
 *
 * @typedef {{ label: string, fault?: string, isFaultOn?: boolean, advanceMs?: number, toWorkingTime?: boolean,
 *   as?: string, press?: string, command?: string }} Action
 *   fault: switched on or off; advanceMs: by which the clock moves; toWorkingTime: and on until reminders are sent;
 *   as: who to become; press: the action id of a button to show; command: a slash command to send
 * @typedef {{ id: string, text: string, stage?: number, welcome?: string[], actions?: Action[] }} NextStep
 */
import { elementsOf } from './block-kit/state.js'
import { FORM_TEXTS, STAGE_OF_STEP, STEP_NOTES, WELCOME } from './guide-texts.js'
import { DAY, HOUR } from './time.js'

const STEP_PREFIX = 'open-step:'
const FAILING = 'workflow-fails'
const OPERATOR = { role: 'operator', name: 'On-call operator' }
const SIGN_OFFS = [
  { actionId: 'sign-off:devops-lead', role: 'devops-lead', name: 'DevOps lead' },
  { actionId: 'sign-off:ai-ops-owner', role: 'ai-ops-owner', name: 'AI Ops owner' },
]

/** From the start to the last old token. */
export const STAGES = 9
const SIGNING = 7
const PROMOTION = 8
const RETIREMENT = 9

const buttonsOf = (message) =>
  (message.blocks ?? []).flatMap(elementsOf).filter((element) => element.type === 'button')

const isOf = (event, rotation) => (message) =>
  message.metadata?.event_type === event &&
  (rotation === undefined || message.metadata.event_payload.rotation_id === rotation)

/**
 * @param {{ messages: object[], stack: object[], me: { name: string }, faults: string[] }} seen messages of the
 *   bot's channel, oldest first; stack: the open modals, the newest last; faults: the ids that are on
 * @returns {NextStep | undefined} undefined where nothing is to be said
 */
export function nextStep({ messages, stack, me, faults }) {
  const card = messages.findLast(isOf('rotation_card'))
  if (stack.length > 0) return formHint(stack.at(-1), faults)
  if (!card) return FIRST
  const rotation = card.metadata.event_payload.rotation_id
  if (messages.some(isOf('rotation_notice', rotation))) return DONE
  const buttons = buttonsOf(card)
  const find = (prefix) => buttons.find((button) => button.action_id.startsWith(prefix))

  const step = find(STEP_PREFIX)
  if (step) return operatorHint(me, stepHint(step, faults))
  const open = SIGN_OFFS.filter(({ actionId }) => find(actionId))
  if (open.length > 0) return signOffHint(open, me)
  const promotion = find('verify:') ?? find('deploy:')
  if (promotion) return operatorHint(me, promotionHint(promotion))
  return / aborted /.test(card.text) ? AGAIN : RETIRING
}

const FIRST = {
  id: 'start',
  welcome: WELCOME,
  text: '',
  actions: [{ label: 'Start a rotation', as: OPERATOR.role, command: '/rotation start' }],
}

const OFFERS = [
  {
    label: 'A failing workflow',
    fault: FAILING,
    isFaultOn: true,
    as: OPERATOR.role,
    command: '/rotation start',
  },
  { label: 'An incident', as: OPERATOR.role, command: '/rotation incident' },
  {
    label: '30 days later',
    advanceMs: 30 * DAY,
    toWorkingTime: true,
    as: OPERATOR.role,
    command: '/rotation status',
  },
]

const DONE = {
  id: 'done',
  text: 'Complete: every agent uses its new token, and no old token works any more. What would you like to see now?',
  actions: OFFERS,
}

const AGAIN = {
  id: 'aborted',
  text: 'This rotation was aborted. Start another one, or see:',
  actions: OFFERS,
}

const RETIRING = {
  id: 'retire',
  stage: RETIREMENT,
  text: 'Nobody uses the old tokens now. The bot disables them, watches for 15 minutes whether anything still needs one, and then destroys them.',
  actions: [{ label: '1 hour later', advanceMs: HOUR }],
}

const SWITCH_OFF = { label: 'Switch the fault off', fault: FAILING, isFaultOn: false }

function stepHint(button, faults) {
  const step = button.action_id.slice(STEP_PREFIX.length)
  const isFailing = step === 'rotation-execution' && faults.includes(FAILING)
  const note = isFailing
    ? 'The workflow will fail halfway. See what the bot says then, switch the fault off, and run it again.'
    : (STEP_NOTES[step] ?? '')
  return {
    id: button.action_id,
    stage: STAGE_OF_STEP[step],
    text: `Press “${button.text.text}” on the card. ${note}`,
    actions: [showing(button), ...(isFailing ? [SWITCH_OFF] : [])],
  }
}

function promotionHint(button) {
  const isVerifying = button.action_id.startsWith('verify:')
  return {
    id: button.action_id,
    stage: PROMOTION,
    text: isVerifying
      ? 'Production is deployed. The bot looks every minute whether its agents work with their new tokens.'
      : `Both roles have signed. Press “${button.text.text}”: until then its agents use the old tokens, which live no longer than the card says.`,
    actions: isVerifying ? [{ label: '1 hour later', advanceMs: HOUR }] : [showing(button)],
  }
}

const showing = (button) => ({ label: 'Show me', press: button.action_id })

/** Only operators work on rotations. */
function operatorHint(me, hint) {
  if (me.name === OPERATOR.role) return hint
  return { ...becoming(OPERATOR, 'It is the operator’s turn.'), stage: hint.stage }
}

const becoming = ({ role, name }, why) => ({
  id: `become-${role}`,
  text: `${why} Switch to ${name}.`,
  actions: [{ label: `Switch to ${name}`, as: role }],
})

function signOffHint(open, me) {
  const mine = open.find(({ role }) => role === me.name)
  if (!mine)
    return {
      ...becoming(open[0], 'The steps are complete, and two people who did not do them sign.'),
      stage: SIGNING,
    }
  return {
    id: `sign-${mine.role}`,
    stage: SIGNING,
    text: `Press “Sign as ${mine.name}” on the card, and look at what you sign.`,
    actions: [{ label: 'Show me', press: mine.actionId }],
  }
}

function formHint(view, faults) {
  const submit = view.submit?.text
  const known = submit && FORM_TEXTS[view.callback_id]
  if (!known) return undefined
  const ids = view.blocks.flatMap(elementsOf).map((element) => element.action_id)
  const text = known({ submit, ids, isFailing: faults.includes(FAILING) })
  return { id: `form-${view.callback_id}`, stage: STAGE_OF_STEP[view.callback_id], text }
}
