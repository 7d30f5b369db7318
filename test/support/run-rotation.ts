import type { StepId } from '#domain/rotation/steps'
import { elementsOf, eventually, everyOption, type Person, type View, wordsOf } from './person.ts'

/** Starts a rotation of all tokens with `/rotation start`; returns its label. */
export async function start(
  person: Person,
  answers: Record<string, string | string[]> = {},
): Promise<string> {
  await person.type('/rotation start')
  const view = await person.modal('start')
  const result = await person.submit(view, { reason: 'the cadence is due', ...answers })
  if (result.errors) throw new Error(JSON.stringify(result.errors))
  const [newest] = await eventually(async () => {
    const cards = (await person.messages()).filter((each) => each.metadata?.event_type === 'rotation_card')
    return cards.length > 0 && [cards.at(-1)?.metadata?.event_payload.rotation_id]
  }, 'a card')
  return newest ?? ''
}

export async function openStep(person: Person, label: string, step: StepId): Promise<View> {
  const card = await eventually(async () => {
    const found = await person.card(label)
    return elementsOf(found.blocks ?? []).some((each) => each.action_id === `open-step:${step}`) && found
  }, `the button that opens ${step}`)
  await person.click(card, `open-step:${step}`)
  return person.modal(step)
}

/** The step's modal when no check or run is in progress. */
export const checkedStep = (person: Person, step: StepId): Promise<View> =>
  eventually(async () => {
    const top = (await person.views()).at(-1)
    return (
      top?.callback_id === step &&
      !/(^|\s)… /.test(wordsOf(top)) &&
      !/not checked yet/.test(wordsOf(top)) &&
      top
    )
  }, `the results in ${step}`)

const offersWorkflow = (view: View): boolean =>
  elementsOf(view.blocks).some((each) => each.action_id === 'start-workflow')

const VERIFYING = [
  ['deploy:sandbox', 'Deployment to sandbox'],
  ['deploy:staging', 'Deployment to staging'],
] as const

/** Telemetry can tell nothing of the first second after a deployment. */
export const letTelemetryMeasure = (person: Person): Promise<unknown> =>
  person.post('clock', { advanceMs: 10_000 })

/** Starts each run of step 4 in its open modal, and waits for its end. */
export async function verifyIntegration(person: Person): Promise<void> {
  for (const [button, title] of VERIFYING) {
    const view = await person.modal('integration-verification')
    const before = new RegExp(`${title}(?:, attempt (\\d+))?:`).exec(wordsOf(view))
    const attempt = before ? Number(before[1] ?? 1) + 1 : 1
    await person.press(view, button)
    const ended = `${title}${attempt > 1 ? `, attempt ${attempt}` : ''}: succeeded`
    await eventually(async () => wordsOf(await person.views()).includes(ended), `“${ended}”`)
    if (button === 'deploy:staging')
      await eventually(
        async () => /Smoke test in staging(?:, attempt \d+)?: succeeded/.test(wordsOf(await person.views())),
        'the smoke test that follows',
      )
    await letTelemetryMeasure(person)
  }
}

/** Completes a step: waits for the checks, ticks every box, adds evidence. */
export async function completeStep(person: Person, label: string, step: StepId): Promise<void> {
  let view = await openStep(person, label, step)
  if (offersWorkflow(view)) {
    await person.press(view, 'start-workflow')
    await eventually(async () => !(await person.views()).some(offersWorkflow), 'the workflow to be started')
  }
  if (step === 'integration-verification') await verifyIntegration(person)
  view = await checkedStep(person, step)
  const result = await person.submit(view, {
    attest: everyOption(view, 'attest'),
    evidence: `https://evidence.example/${label}/${step}`,
    notes: `looked at ${step}`,
  })
  if (result.errors || !result.ok) throw new Error(`${step}: ${JSON.stringify(result)}`)
}

export const ALL_STEPS = [
  'inventory-review',
  'automation-health',
  'rotation-execution',
  'integration-verification',
  'audit-logging',
] as const satisfies StepId[]

export async function completeAllSteps(person: Person, label: string): Promise<void> {
  for (const step of ALL_STEPS) await completeStep(person, label, step)
}

export async function openSignOff(person: Person, label: string, role: string): Promise<View> {
  const card = await eventually(async () => {
    const found = await person.card(label)
    return elementsOf(found.blocks ?? []).some((each) => each.action_id === `sign-off:${role}`) && found
  }, `the button that signs as ${role}`)
  await person.click(card, `sign-off:${role}`)
  return person.modal('sign-off')
}

export async function signOff(person: Person, label: string, role: string): Promise<void> {
  const view = await openSignOff(person, label, role)
  const result = await person.submit(view, { comment: `seen by ${role}` })
  if (result.errors || !result.ok) throw new Error(JSON.stringify(result))
}
