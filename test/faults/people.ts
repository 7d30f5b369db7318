import { setTimeout as sleep } from 'node:timers/promises'
import type { EventType } from '#domain/rotation/events'
import {
  type Answers,
  elementsOf,
  everyOption,
  type Message,
  type Person,
  type SubmitResult,
  type View,
  wordsOf,
} from '#test/support/person'
import type { Lane } from './lane.ts'
import type { Act, Often, PersonName } from './plan.ts'

/** Something that a person sent to the bot, and what came of it. */
export interface Interaction {
  what: string
  /** Slack id of the person. */
  by: string
  /** Text that is in what was sent, and nowhere else; null for what has no text. */
  mark: string | null
  /** What the history calls it. */
  types: readonly EventType[]
  from: number
  to: number
  /** Acknowledged in time. */
  acked: boolean
  error: string | null
  /** Sentences at the fields of a form that was refused. */
  refused: string | null
  /** Whether something appeared for the person; null where nobody waited for it. */
  answered: boolean | null
  /** The beginning of what appeared. */
  shown?: string
}

const MODAL_MS = 3_000
const CARD_MS = 2_000
const CHECKS_MS = 6_000
const ANSWER_MS = 4_000
const POLL_MS = 80
const SHOWN_LENGTH = 200

/** Asks until there is an answer. @returns null when it did not come in time */
export async function within<T>(
  ms: number,
  ask: () => Promise<T | null | undefined | false>,
): Promise<T | null> {
  const until = Date.now() + ms
  for (;;) {
    const answer = await ask()
    if (answer) return answer
    if (Date.now() > until) return null
    await sleep(POLL_MS)
  }
}

const labelOf = (card: Message): string => card.metadata?.event_payload.rotation_id ?? ''
const numberOf = (card: Message): number => Number(labelOf(card).slice(1))

/** The cards, of the newest rotation last. */
export const cardsOf = async (person: Person): Promise<Message[]> =>
  (await person.messages())
    .filter((each) => each.metadata?.event_type === 'rotation_card')
    .toSorted((a, b) => numberOf(a) - numberOf(b))

/** What one person of a run does. */
export class Visitor {
  readonly #lane: Lane
  readonly #person: Person
  /** Messages that only this person sees, when they last asked for something. */
  #before = 0

  constructor(lane: Lane, by: PersonName) {
    this.#lane = lane
    this.#person = lane.people[by]
  }

  get person(): Person {
    return this.#person
  }

  /** The card of the newest rotation of this run. @param isReady which card will do */
  card(isReady: (card: Message) => boolean = () => true): Promise<Message | null> {
    return within(CARD_MS, async () => {
      const card = (await cardsOf(this.#person)).at(-1)
      return card && numberOf(card) > this.#lane.rotationsBefore && isReady(card) && card
    })
  }

  async label(): Promise<string> {
    const card = await this.card()
    return card ? labelOf(card) : `R${this.#lane.rotationsBefore + 1}`
  }

  /** Whether the newest thing that was sent since then was not answered as it should; a form is not sent again. */
  wasIgnoredSince(count: number): boolean {
    const newest = this.#lane.interactions.slice(count).at(-1)
    if (newest?.mark !== null) return false
    return !newest.acked || newest.answered === false || /try again/.test(newest.shown ?? '')
  }

  async closeAll(): Promise<void> {
    for (const view of (await this.#person.views()).toReversed()) await this.#person.close(view)
  }

  #record(
    given: Partial<Interaction> & Pick<Interaction, 'what' | 'from'>,
    result: Partial<SubmitResult>,
  ): Interaction {
    const interaction: Interaction = {
      by: this.#person.id,
      mark: null,
      types: [],
      to: Date.now(),
      acked: result.ok === true,
      error: result.error ?? null,
      refused: result.errors ? JSON.stringify(result.errors) : null,
      answered: null,
      ...given,
    }
    this.#lane.interactions.push(interaction)
    return interaction
  }

  /** Types a command and waits until something is shown. @returns the modal, if one opened */
  async type(text: string): Promise<View | null> {
    const from = Date.now()
    const before = await this.#shown()
    this.#before = await this.#ownMessages()
    const result = await this.#person.type(text)
    return this.#awaitAnswer(this.#record({ what: text, from }, result), before)
  }

  /** Clicks a button on a message, if it is there. @returns the modal, if one opened */
  async click(message: Message, action: string): Promise<View | null> {
    if (!elementsOf(message.blocks ?? []).some((each) => each.action_id === action)) return null
    const from = Date.now()
    const before = await this.#shown()
    this.#before = await this.#ownMessages()
    const result = await this.#person.click(message, action)
    return this.#awaitAnswer(this.#record({ what: action, from }, result), before)
  }

  /** Presses a button in a modal; nobody waits for what it shows. */
  async press(view: View, action: string): Promise<void> {
    const from = Date.now()
    this.#record({ what: action, from }, await this.#person.press(view, action))
  }

  async submit(
    view: View,
    answers: Answers,
    mark: string,
    types: readonly EventType[],
  ): Promise<Interaction> {
    const from = Date.now()
    const result = await this.#person.submit(view, answers)
    // A form that shows something else instead of closing was not accepted.
    const other = result.response_action === 'update' ? 'it showed a message' : null
    const interaction = this.#record(
      { what: view.callback_id, mark, types, from, answered: result.ok },
      result,
    )
    interaction.refused ??= other
    return interaction
  }

  async #ownMessages(): Promise<number> {
    return (await this.#person.messages()).filter((each) => each.ephemeral).length
  }

  async #shown(): Promise<string> {
    const messages = await this.#ownMessages()
    const views = await this.#person.views()
    return `${messages} ${views.map((view) => `${view.id} ${view.callback_id} ${wordsOf(view).length}`).join()}`
  }

  async #awaitAnswer(interaction: Interaction, before: string): Promise<View | null> {
    interaction.answered = false
    if (!interaction.acked) return null
    const seen = await within(ANSWER_MS, async () => (await this.#shown()) !== before)
    interaction.answered = seen === true
    interaction.to = Date.now()
    const view = (await this.#person.views()).at(-1) ?? null
    const newest = (await this.#person.messages()).findLast((each) => each.ephemeral)
    interaction.shown = wordsOf(view ?? newest).slice(0, SHOWN_LENGTH)
    return view
  }

  /** The top modal once it is this form; null also when a refusal is shown instead. */
  async form(callbackId: string): Promise<View | null> {
    const seen = await within(MODAL_MS, async () => {
      const top = (await this.#person.views()).at(-1)
      if (top?.callback_id === callbackId && top.submit) return { view: top }
      const isRefused =
        (top?.callback_id === 'message' && !/… Loading/.test(wordsOf(top))) ||
        (await this.#ownMessages()) > this.#before
      return isRefused && { view: null }
    })
    return seen?.view ?? null
  }

  /** The step's modal once no check runs. */
  checked(step: string): Promise<View | null> {
    return within(CHECKS_MS, async () => {
      const top = (await this.#person.views()).at(-1)
      const words = top ? wordsOf(top) : ''
      return top?.callback_id === step && !/(^|\s)… /.test(words) && !/not checked yet/.test(words) && top
    })
  }

  /** Sends a form once, or twice at the same time. */
  async send(
    view: View,
    answers: Answers,
    mark: string,
    types: readonly EventType[],
    often: Often,
  ): Promise<void> {
    const sends = [this.submit(view, answers, mark, types)]
    if (often === 'twice') sends.push(this.submit(view, answers, mark, types))
    await Promise.all(sends)
  }
}

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
  await visitor.send(view, answers, mark, ['rotation-opened'], act.often)
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
