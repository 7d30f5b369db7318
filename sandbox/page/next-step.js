/**
 * The next step to try, derived from the newest card. Pure.
 *
 * @typedef {{ id: string, text: string, draft?: string, as?: string, outside?: string, label?: string }}
 * NextStep
 */
import { elementsOf } from './block-kit/state.js'

const STEP_PREFIX = 'open-step:'
const SIGN_OFFS = [
  { actionId: 'sign-off:devops-lead', role: 'devops-lead', name: 'DevOps lead' },
  { actionId: 'sign-off:ai-ops-owner', role: 'ai-ops-owner', name: 'AI Ops owner' },
]

/** Extra advice for steps that need more than their form. */
const STEP_NOTES = {
  'inventory-review': 'Its checks read the nine secrets shown on the right.',
  'rotation-execution': 'Start the workflow there, and watch CI and Secrets on the right.',
  'integration-verification':
    'Deploy to staging there, run the smoke test, and watch Telemetry on the right.',
  'audit-logging': 'It writes an entry to the rotation log; see Repository on the right.',
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
  text: 'Start a rotation: type /rotation start and press Enter.',
  draft: '/rotation start',
  label: 'Type it for me',
}

const DONE = {
  id: 'done',
  text: 'The rotation is finished. Move the clock 30 days ahead and type /rotation status.',
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
    return { id: `sign-${mine.role}`, text: `All steps are complete. Sign off on the card as ${mine.name}.` }
  const [{ role, name }] = open
  return {
    id: `become-${role}`,
    text: `All steps are complete. Switch to ${name} to sign off.`,
    as: role,
    label: `Switch to ${name}`,
  }
}
