/**
 * What to try next, from what the newest card offers. Pure.
 *
 * @typedef {{ id: string, text: string, draft?: string, as?: string, outside?: string, label?: string }} NextStep
 */
import { elementsOf } from './block-kit/state.js'

/** Buttons that a person presses to carry a rotation on, in the order of the work. */
const STEP_PREFIX = 'open-step:'
const SIGN_OFFS = [
  { actionId: 'sign-off:devops-lead', role: 'devops-lead', name: 'DevOps lead' },
  { actionId: 'sign-off:ai-ops-owner', role: 'ai-ops-owner', name: 'AI Ops owner' },
]

/** Said in addition where a step asks for more than filling in its form. */
const STEP_NOTES = {
  'inventory-review': 'Its checks read the nine secrets on the right.',
  'rotation-execution': 'Start the workflow in it and watch CI and Secrets on the right.',
  'integration-verification':
    'Deploy to staging in it, run the smoke test, and watch Telemetry on the right.',
  'audit-logging': 'It writes the entry that Repository shows on the right.',
}

const buttonsOf = (message) =>
  (message.blocks ?? []).flatMap(elementsOf).filter((element) => element.type === 'button')

const isCard = (message) =>
  message.metadata?.event_type === 'rotation_card' ||
  buttonsOf(message).some(({ action_id: id }) => id?.startsWith(STEP_PREFIX) || id?.startsWith('sign-off:'))

/**
 * @param {object[]} messages of the channel that is open, oldest first
 * @param {{ name: string }} me
 * @returns {NextStep}
 */
export function nextStep(messages, me) {
  const card = messages.findLast(isCard)
  if (!card) return FIRST
  const buttons = buttonsOf(card)
  const step = buttons.find((button) => button.action_id.startsWith(STEP_PREFIX))
  if (step) return stepHint(step)
  const open = SIGN_OFFS.filter(({ actionId }) => buttons.some((button) => button.action_id === actionId))
  if (open.length > 0) return signOffHint(open, me)
  return buttons.length > 0 ? undefined : DONE
}

const FIRST = {
  id: 'start',
  text: 'Begin a rotation: type /rotation start and press Enter.',
  draft: '/rotation start',
  label: 'Type it for me',
}

const DONE = {
  id: 'done',
  text: 'The rotation is over. Move the clock by 30 days and see what /rotation status says then.',
  draft: '/rotation status',
  label: 'Type it for me',
}

function stepHint(button) {
  const step = button.action_id.slice(STEP_PREFIX.length)
  const note = STEP_NOTES[step] ? ` ${STEP_NOTES[step]}` : ''
  return { id: button.action_id, text: `Press “${button.text.text}” on the card.${note}` }
}

function signOffHint(open, me) {
  const mine = open.find(({ role }) => role === me.name)
  if (mine)
    return { id: `sign-${mine.role}`, text: `All steps are done: sign off on the card as the ${mine.name}.` }
  const [{ role, name }] = open
  return {
    id: `become-${role}`,
    text: `All steps are done. Switch to the ${name} to sign off.`,
    as: role,
    label: `Be the ${name}`,
  }
}
