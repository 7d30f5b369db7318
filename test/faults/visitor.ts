import { setTimeout as sleep } from 'node:timers/promises'
import type { EventType } from '#domain/rotation/events'
import {
  type Answers,
  elementsOf,
  type Message,
  type Person,
  type SubmitResult,
  type View,
  wordsOf,
} from '#test/support/person'
import type { Lane } from './lane.ts'
import type { Often, PersonName } from './plan.ts'

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
export const CHECKS_MS = 6_000
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
  /** Whether the newest click found that its button was no longer there. */
  #hasMissed = false

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
    if (this.#hasMissed) return true
    const newest = this.#lane.interactions.slice(count).at(-1)
    if (newest?.mark !== null) return false
    return !newest.acked || newest.answered === false || /try again|… Loading/.test(newest.shown ?? '')
  }

  /** Whether the newest thing that was sent since then is a form that was not accepted. */
  wasRefusedSince(count: number): boolean {
    const newest = this.#lane.interactions.slice(count).at(-1)
    return newest?.mark != null && newest.refused !== null
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
    const result: Partial<SubmitResult> = await this.#person.click(message, action)
    // The card was drawn again between the look and the click: there was nothing to press.
    this.#hasMissed = result.error?.startsWith('not_found: there is no ') === true
    if (this.#hasMissed) return null
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
      if (top?.callback_id === callbackId) return { view: top }
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
      return (
        top?.callback_id === step &&
        !/(^|\s)… (?!\*[^*]+\* – waiting)/.test(words) &&
        !/not checked yet/.test(words) &&
        top
      )
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
