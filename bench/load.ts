import { setTimeout as sleep } from 'node:timers/promises'
import { elementsOf, eventually, type Message, Person } from '#test/support/person'
import type { StrictWorkspace } from './apps.ts'
import { benchPerson } from './names.ts'
import { cpuMs } from './process-usage.ts'

/** Something that a person does; `at` chooses the person. */
export type Act = (at: number) => Promise<unknown>

const CHANNEL = 'C0FLASHFUSIONAI'

/** What people do in a workspace while an app is measured. */
export interface Crowd {
  command(text: string): Act
  openHome: Act
  /** Clicks on the button of the app's card. */
  click: Act
  /** Closes every open modal, as people do. */
  closeModals(): Promise<void>
}

/**
 * @param people how many there are
 * @param clickers how many of them click on the card
 */
export async function gather(
  { url }: StrictWorkspace,
  { people, clickers, button }: { people: number; clickers: number; button: RegExp },
): Promise<Crowd> {
  const all = Array.from({ length: people }, (_, at) => new Person(url, benchPerson(at)))
  const person = (at: number) => all[at % people]!
  const [card, element] = await eventually(() => findCard(person(0), button), `a card with ${button}`)
  return {
    command: (text) => (at) => person(at).type(text),
    openHome: (at) => person(at).post('slack/home-opened', { user: person(at).id }),
    click: (at) =>
      person(at % clickers).post('slack/action', {
        user: person(at % clickers).id,
        container: { type: 'message', channel: CHANNEL, ts: card.ts },
        block_id: element.block_id,
        action_id: element.action_id,
        value: { type: 'button', value: element.value },
      }),
    async closeModals() {
      for (const each of all.slice(0, clickers))
        for (const view of (await each.views()).toReversed()) await each.close(view)
    },
  }
}

async function findCard(person: Person, button: RegExp) {
  for (const card of await person.messages()) {
    const element = elementsOf(card.blocks ?? []).find((each) => button.test(each.action_id ?? ''))
    if (element) return [card, element] satisfies [Message, typeof element]
  }
  return null
}

/** Acts at a fixed rate, whether or not what came before was answered. */
export async function drive(
  act: Act,
  { perSecond, count }: { perSecond: number; count: number },
): Promise<void> {
  const began = performance.now()
  const acts: Promise<unknown>[] = []
  for (let at = 0; at < count; at += 1) {
    const wait = began + (at * 1_000) / perSecond - performance.now()
    if (wait > 0) await sleep(wait)
    acts.push(act(at))
  }
  await Promise.all(acts)
}

/** Acts with so many people at the same time, each of whom waits for the acknowledgement. */
export async function driveTogether(
  act: Act,
  { together, first, count }: { together: number; first: number; count: number },
): Promise<void> {
  let next = first
  const one = async () => {
    while (next < first + count) {
      next += 1
      await act(next - 1)
    }
  }
  await Promise.all(Array.from({ length: together }, one))
}

const LOOK_MS = 500
const QUIET_MS = 40

/**
 * Waits until everything is answered and a process does no more than when idle.
 *
 * @param idle its CPU time when idle, in ms a second
 * @returns how much was not answered in that time
 */
export async function untilQuiet(
  pid: number,
  { idle, mostMs, unanswered }: { idle: number; mostMs: number; unanswered: () => Promise<number> },
): Promise<number> {
  const until = performance.now() + mostMs
  for (;;) {
    const before = cpuMs(pid)
    await sleep(LOOK_MS)
    const isQuiet = cpuMs(pid) - before <= (idle * LOOK_MS) / 1_000 + QUIET_MS
    const left = await unanswered()
    if ((isQuiet && left === 0) || performance.now() > until) return left
  }
}

/** CPU time in ms a second of processes that nobody uses, read over the same time. */
export async function idleRates(pids: number[], seconds: number): Promise<number[]> {
  const before = pids.map(cpuMs)
  await sleep(seconds * 1_000)
  return pids.map((pid, at) => (cpuMs(pid) - (before[at] ?? 0)) / seconds)
}
