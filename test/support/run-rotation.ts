import { setTimeout as sleep } from 'node:timers/promises'
import type { Revoker } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import { elementsOf, eventually, everyOption, type Person, type View, wordsOf } from './person.ts'

/** Starts a rotation of all tokens with `/rotation start`; returns its label. */
export async function start(
  person: Person,
  answers: Record<string, string | string[]> = {},
): Promise<string> {
  const cards = async () =>
    (await person.messages()).filter((each) => each.metadata?.event_type === 'rotation_card')
  const before = (await cards()).length
  await person.type('/rotation start')
  const view = await person.modal('start')
  const result = await person.submit(view, { reason: 'the cadence is due', ...answers })
  if (result.errors) throw new Error(JSON.stringify(result.errors))
  const newest = await eventually(async () => (await cards())[before], 'a card')
  return newest.metadata?.event_payload.rotation_id ?? ''
}

async function clickStep(person: Person, label: string, step: StepId): Promise<void> {
  const card = await eventually(async () => {
    const found = await person.card(label)
    return elementsOf(found.blocks ?? []).some((each) => each.action_id === `open-step:${step}`) && found
  }, `the button that opens ${step}`)
  await person.click(card, `open-step:${step}`)
}

export async function openStep(person: Person, label: string, step: StepId): Promise<View> {
  await clickStep(person, label, step)
  return person.modal(step)
}

/** The step's modal when no check or run is in progress. */
export const checkedStep = (person: Person, step: StepId, waitMs?: number): Promise<View> =>
  eventually(
    async () => {
      const top = (await person.views()).at(-1)
      return (
        top?.callback_id === step &&
        !/(^|\s)… (?!\*[^*]+\* – waiting)/.test(wordsOf(top)) &&
        !/not checked yet/.test(wordsOf(top)) &&
        top
      )
    },
    `the results in ${step}`,
    waitMs,
  )

const REOPENED_AFTER_MS = 5_000

/** Opens a step, and again while nothing comes: the bot that draws it may be killed. @param shown what is waited for */
const reopenUntil = (
  person: Person,
  label: string,
  step: StepId,
  shown: (waitMs: number) => Promise<View>,
): Promise<View> =>
  eventually(async () => {
    for (const view of await person.views()) await person.close(view)
    await clickStep(person, label, step)
    return shown(REOPENED_AFTER_MS).catch(() => null)
  }, `${step}, opened again and again`)

const offersWorkflow = (view: View): boolean =>
  elementsOf(view.blocks).some((each) => each.action_id === 'start-workflow')

/** The newest run with this title in a text: its attempt and state; undefined when none is named. */
function newestRun(words: string, title: string): { attempt: number; state: string } | undefined {
  const named = [...words.matchAll(new RegExp(`${title}(?:, attempt (\\d+))?: (\\w+)`, 'g'))]
  return named
    .map(([, attempt = '1', state = '']) => ({ attempt: Number(attempt), state }))
    .sort((a, b) => a.attempt - b.attempt)
    .at(-1)
}

/** Attempts count over all environments, so the next run with a title has any later number. */
const succeededAfter = (words: string, title: string, attempt = 0): boolean => {
  const run = newestRun(words, title)
  return run !== undefined && run.attempt > attempt && run.state === 'succeeded'
}

const VERIFYING = ['sandbox', 'staging'] as const

/** Telemetry can tell nothing of the first second after a deployment. */
export const letTelemetryMeasure = (person: Person): Promise<unknown> =>
  person.post('clock', { advanceMs: 10_000 })

/** Deploys to each environment of step 4 that its open modal offers, until its runs have succeeded and its agents work. */
export async function verifyIntegration(person: Person): Promise<void> {
  const deployed: string[] = []
  for (const environment of VERIFYING) {
    const view = await person.modal('integration-verification')
    const action = `deploy:${environment}`
    if (!elementsOf(view.blocks).some((each) => each.action_id === action)) continue
    const titles = [
      `Deployment to ${environment}`,
      ...(environment === 'staging' ? [`Smoke test in ${environment}`] : []),
    ]
    const before = titles.map((title) => newestRun(wordsOf(view), title)?.attempt)
    await person.press(view, action)
    for (const [index, title] of titles.entries())
      await eventually(
        async () => succeededAfter(wordsOf(await person.views()), title, before[index]),
        `a new “${title}” that succeeded`,
      )
    deployed.push(environment)
  }
  // The checks ran as soon as the last run had ended, before the telemetry could tell anything.
  await letTelemetryMeasure(person)
  const passed = (views: string) =>
    deployed.every((environment) => views.includes(`✓ *Agents work in ${environment}* – passed`))
  // A press may share checks that began just before: a person presses again.
  await eventually(
    async () => {
      if (passed(wordsOf(await person.views()))) return true
      const top = await person.modal('integration-verification')
      if (elementsOf(top.blocks).some((each) => each.action_id === 'run-checks'))
        await person.press(top, 'run-checks')
      await sleep(AGAIN_MS)
      return false
    },
    `agents that work in ${deployed.join(', ')}`,
  )
}

/**
 * Completes a step: waits for the checks, ticks every box, adds evidence.
 *
 * @param isKilled whether the bot that draws the modal may be killed: then the person opens it again while nothing happens
 */
export async function completeStep(
  person: Person,
  label: string,
  step: StepId,
  { isKilled = false }: { isKilled?: boolean } = {},
): Promise<void> {
  const modal = (waitMs?: number) => person.modal(step, waitMs)
  const checked = (waitMs?: number) => checkedStep(person, step, waitMs)
  let view = await (isKilled ? reopenUntil(person, label, step, modal) : openStep(person, label, step))
  if (offersWorkflow(view)) {
    await person.press(view, 'start-workflow')
    await eventually(async () => !(await person.views()).some(offersWorkflow), 'the workflow to be started')
  }
  if (step === 'integration-verification') await verifyIntegration(person)
  view = await (isKilled ? reopenUntil(person, label, step, checked) : checked())
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

/** Between two tries of something that the bot needs a moment for. */
const AGAIN_MS = 1_000

/** The card's buttons. */
const cardActions = async (person: Person, label: string): Promise<(string | undefined)[]> =>
  elementsOf((await person.card(label)).blocks ?? []).map((each) => each.action_id)

/** Deploys to production with the button on the card. @returns once the deployment is under way */
export async function deployProduction(person: Person, label: string): Promise<void> {
  await eventually(
    async () => (await cardActions(person, label)).includes('deploy:production'),
    'the button that deploys to production',
  )
  await person.click(await person.card(label), 'deploy:production')
  const result = await person.submit(await person.modal('deploy'), {})
  if (result.errors || !result.ok) throw new Error(JSON.stringify(result))
}

/** A promotion's results that did not pass are looked at again after a minute. */
export const letPromotionBeVerified = (person: Person): Promise<unknown> =>
  person.post('clock', { advanceMs: 70_000 })

/** Deploys to production after both sign-offs, and waits until the bot has verified it. */
export async function promote(person: Person, label: string): Promise<void> {
  const before = newestRun(wordsOf(await person.card(label)), 'Deployment to production')?.attempt
  await deployProduction(person, label)
  await eventually(
    async () => succeededAfter(wordsOf(await person.card(label)), 'Deployment to production', before),
    'the deployment to production',
  )
  // A check that ran while the clock was moved counts from after the move, so one move may not be enough.
  await eventually(async () => {
    await letPromotionBeVerified(person)
    await sleep(AGAIN_MS)
    return wordsOf(await person.card(label)).includes('production ✓ verified')
  }, 'that production is verified')
}

const MINUTE = 60_000

/** How far the clock is moved until old versions are revoked: past the issuer's date, or past the bot's watch. */
const REVOKED_AFTER_MS: Record<Revoker, number> = { workflow: 25 * 60 * MINUTE, bot: 16 * MINUTE }

/** The bot reads the use of old versions every ten seconds of the machine's clock, before and after the watch. */
const RETIRED_MS = 150_000

/** Within this time, a run of the revocation workflow ends and is read. */
const RUN_MS = 8_000

/** Lets every old version be revoked, and waits until the rotation is complete. */
export async function completeRotation(
  person: Person,
  label: string,
  revoker: Revoker = 'workflow',
): Promise<void> {
  await eventually(
    async () => /Waiting for the revocation|Complete after/.test(wordsOf(await person.card(label))),
    `${label} to wait for its old versions`,
  )
  if (revoker === 'workflow') await person.post('clock', { advanceMs: REVOKED_AFTER_MS.workflow })
  // A bot in a process of its own learns only after a while that the clock has moved.
  await eventually(
    async () => {
      if (revoker === 'bot') await person.post('clock', { advanceMs: REVOKED_AFTER_MS.bot })
      await person.type('/rotation revocations')
      // A run that is under way when the clock is moved counts as lost.
      await sleep(revoker === 'bot' ? RUN_MS : AGAIN_MS)
      return wordsOf(await person.card(label)).includes('Complete after')
    },
    `that ${label} is complete`,
    revoker === 'bot' ? RETIRED_MS : undefined,
  )
}

/** Calls on-call with the card's menu and the form that asks first. */
export async function escalate(person: Person, label: string, reason = ''): Promise<void> {
  await person.click(await person.card(label), 'escalate')
  const result = await person.submit(await person.modal('escalate'), { reason })
  if (result.errors || !result.ok) throw new Error(JSON.stringify(result))
}

/** Both roles sign. */
export async function signByBoth(
  { devopsLead, aiOpsOwner }: { devopsLead: Person; aiOpsOwner: Person },
  label: string,
): Promise<void> {
  await signOff(devopsLead, label, 'devops-lead')
  await signOff(aiOpsOwner, label, 'ai-ops-owner')
}

/**
 * Lets the bot disable, watch and destroy every old version, in less than an hour: hourly, ages are read.
 *
 * @param tokens how many the rotation has
 */
export async function letVersionsRetire(person: Person, label: string, tokens = 9): Promise<void> {
  const until = (words: RegExp) =>
    eventually(
      async () => {
        await person.post('clock', { advanceMs: 20_000 })
        await sleep(AGAIN_MS)
        return words.test(wordsOf(await person.card(label)))
      },
      `${label}: ${words}`,
      RETIRED_MS,
    )
  await until(new RegExp(`${tokens} disabled|Old tokens:\\* (disabled|revoked)|Complete after`))
  for (let round = 0; round < 2; round += 1) await person.post('clock', { advanceMs: REVOKED_AFTER_MS.bot })
  await until(/Complete after/)
}
