import { setTimeout as sleep } from 'node:timers/promises'
import type { EventType } from '#domain/rotation/events'
import { elementsOf, everyOption, type View, wordsOf } from '#test/support/person'
import type { Lane } from './lane.ts'
import type { Act, Often } from './plan.ts'
import { CHECKS_MS, type Visitor, within } from './visitor.ts'

/** The acts on a form that a slash command opens. */
const COMMAND_FORMS = {
  abort: { types: ['rotation-aborted'], callback: 'abort', command: (label: string) => `abort ${label}` },
  'hand-off': {
    types: ['owner-changed'],
    callback: 'handoff',
    command: (label: string) => `handoff <@U0AIOPSOWNER> ${label}`,
  },
  rollback: {
    types: ['rollback-requested'],
    callback: 'rollback',
    command: (label: string) => `rollback ${label}`,
  },
} as const satisfies Record<
  string,
  { types: EventType[]; callback: string; command: (label: string) => string }
>

const CARD_FORMS = {
  reject: { types: ['rejected'], callback: 'reject' },
  withdraw: { types: ['withdrawn'], callback: 'withdraw' },
} as const satisfies Record<string, { types: EventType[]; callback: string }>

type ActOf<Name extends Act['do']> = Extract<Act, { do: Name }>

/** Opens a rotation. */
export async function start(visitor: Visitor, act: ActOf<'start'>, mark: string): Promise<void> {
  await visitor.type('/rotation start')
  const view = await visitor.form('start')
  if (!view) return
  const answers = { scope: [`environment:${act.environment}`], reason: mark }
  await visitor.send(view, answers, mark, ['rotation-opened'], act.often)
}

export async function openIncident(visitor: Visitor, act: ActOf<'incident'>, mark: string): Promise<void> {
  await visitor.type('/rotation incident')
  const view = await visitor.form('incident')
  if (!view) return
  const answers = {
    scope: [`environment:${act.environment}`],
    reason: mark,
    trigger: 'policy-hit',
    severity: act.severity,
    ...(act.supersede && { 'open-rotation': 'supersede' }),
  }
  // Where all tokens are in one rotation, the form proposes to raise that one.
  await visitor.send(view, answers, mark, ['rotation-opened', 'raised-to-incident'], act.often)
}

export async function sendCommandForm(
  visitor: Visitor,
  act: ActOf<'abort' | 'hand-off' | 'rollback' | 'reject' | 'withdraw'> & { do: keyof typeof COMMAND_FORMS },
  mark: string,
): Promise<void> {
  const { types, callback, command } = COMMAND_FORMS[act.do]
  await visitor.type(`/rotation ${command(await visitor.label())}`)
  const view = await visitor.form(callback)
  if (!view) return
  const versions = everyOption(view, 'versions')
  const answers = { reason: mark, owner: { user: 'U0AIOPSOWNER' }, ...(versions.length > 0 && { versions }) }
  await visitor.send(view, answers, mark, types, act.often)
}

export async function sendCardForm(
  visitor: Visitor,
  act: { do: keyof typeof CARD_FORMS; often: Often },
  mark: string,
): Promise<void> {
  const { types, callback } = CARD_FORMS[act.do]
  const view = await openFromCard(visitor, act.do, callback)
  if (view)
    await visitor.send(
      view,
      { reason: mark, steps: everyOption(view, 'steps').slice(0, 1) },
      mark,
      types,
      act.often,
    )
}

/** Clicks a button of the newest card once it is there. */
async function openFromCard(visitor: Visitor, action: string, callback: string): Promise<View | null> {
  const card = await visitor.card(({ blocks }) =>
    elementsOf(blocks ?? []).some((each) => each.action_id === action),
  )
  if (!card) return null
  await visitor.click(card, action)
  return visitor.form(callback)
}

export async function signOff(visitor: Visitor, act: ActOf<'sign-off'>, mark: string): Promise<void> {
  const view = await openFromCard(visitor, `sign-off:${act.role}`, 'sign-off')
  if (view) await visitor.send(view, { comment: mark }, mark, ['signed-off'], act.often)
}

/** Opens a step; deploys and runs its checks where its modal offers it; ticks every box and submits. */
export async function completeStep(
  visitor: Visitor,
  act: ActOf<'complete-step'>,
  mark: string,
  lane: Lane,
): Promise<void> {
  let view = await openFromCard(visitor, `open-step:${act.step}`, act.step)
  if (!view) return
  if (act.patient && act.step === 'integration-verification') await deployAll(visitor, lane)
  if (act.patient) view = (await visitor.checked(act.step)) ?? view
  // A step whose workflows have yet to be started has nothing to submit.
  if (!view.submit) return
  const answers = { attest: everyOption(view, 'attest'), notes: mark, evidence: 'https://evidence.example/1' }
  await visitor.send(view, answers, mark, ['step-completed'], act.often)
}

const DEPLOYMENT_MS = 6_000
const TELEMETRY_MS = 10_000
/** The bot's clock follows within a second. */
const FOLLOWED_MS = 1_100

async function deployAll(visitor: Visitor, lane: Lane): Promise<void> {
  for (const environment of ['sandbox', 'staging']) {
    const view = await visitor.form('integration-verification')
    const action = `deploy:${environment}`
    if (!view || !elementsOf(view.blocks).some((each) => each.action_id === action)) continue
    const before = deploymentsIn(view, environment)
    await visitor.press(view, action)
    await within(DEPLOYMENT_MS, async () => {
      const top = (await visitor.person.views()).at(-1)
      return top !== undefined && deploymentsIn(top, environment) > before
    })
  }
  lane.moveClock(TELEMETRY_MS)
  await sleep(FOLLOWED_MS)
  const top = await visitor.form('integration-verification')
  if (!top || !elementsOf(top.blocks).some((each) => each.action_id === 'run-checks')) return
  const before = wordsOf(top)
  await visitor.press(top, 'run-checks')
  await within(CHECKS_MS, async () => {
    const now = (await visitor.person.views()).at(-1)
    return now !== undefined && wordsOf(now) !== before
  })
}

/** How many deployments and smoke tests have ended well, as the modal shows it. */
function deploymentsIn(view: View, environment: string): number {
  const title = environment === 'staging' ? 'Smoke test in staging' : `Deployment to ${environment}`
  return [...wordsOf(view).matchAll(new RegExp(`${title}(?:, attempt \\d+)?: succeeded`, 'g'))].length
}

/** Presses “Start workflow” in the step's modal, once or twice. */
export async function startWorkflow(visitor: Visitor, act: ActOf<'start-workflow'>): Promise<void> {
  const view = await openFromCard(visitor, 'open-step:rotation-execution', 'rotation-execution')
  if (!view || !elementsOf(view.blocks).some((each) => each.action_id === 'start-workflow')) return
  const presses = [visitor.press(view, 'start-workflow')]
  if (act.often === 'twice') presses.push(visitor.press(view, 'start-workflow'))
  await Promise.all(presses)
}
