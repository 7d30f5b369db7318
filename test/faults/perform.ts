import { setTimeout as sleep } from 'node:timers/promises'
import { elementsOf } from '#test/support/person'
import type { Lane } from './lane.ts'
import {
  completeStep,
  openIncident,
  sendCardForm,
  sendCommandForm,
  signOff,
  start,
  startWorkflow,
} from './people.ts'
import type { Act, PersonName } from './plan.ts'
import { cardsOf, Visitor } from './visitor.ts'

const MINUTE = 60_000
/** Whoever is not answered tries again, as people do. */
const MOST_TRIES = 6
const AGAIN_MS = 1_000
/** Whose form was refused waits, and sends it once more. */
const MOST_FORMS = 3
const FOLLOWED_MS = 1_100
const RETIRE_MS = 15_000
const RETIRE_STEP_MS = 16 * MINUTE

/** Performs one act. @param mark text that is nowhere else */
export async function perform(act: Act, lane: Lane, mark: string): Promise<void> {
  if (act.do === 'pause') return void (await sleep(act.ms))
  if (act.do === 'copies') return void lane.socket.copyAll()
  if (act.do === 'move-clock') return moveClock(lane, act.minutes * MINUTE)
  if (act.do === 'retire') return retire(lane)
  const visitor = new Visitor(lane, act.by)
  let forms = 0
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const before = lane.interactions.length
    await visitor.closeAll()
    await attempt(act, visitor, lane, mark)
    const isRefused = isPatient(act) && visitor.wasRefusedSince(before)
    if (isRefused) forms += 1
    if (isRefused ? forms === MOST_FORMS : !visitor.wasIgnoredSince(before)) return
    await sleep(AGAIN_MS)
  }
}

const isPatient = (act: Act): boolean => act.do === 'complete-step' && act.patient

function attempt(
  act: Extract<Act, { by: PersonName }>,
  visitor: Visitor,
  lane: Lane,
  mark: string,
): Promise<unknown> {
  switch (act.do) {
    case 'start':
      return start(visitor, act, mark)
    case 'incident':
      return openIncident(visitor, act, mark)
    case 'complete-step':
      return completeStep(visitor, act, mark, lane)
    case 'start-workflow':
      return startWorkflow(visitor, act)
    case 'sign-off':
      return signOff(visitor, act, mark)
    case 'reject':
    case 'withdraw':
      return sendCardForm(visitor, { do: act.do, often: act.often }, mark)
    case 'abort':
    case 'hand-off':
    case 'rollback':
      return sendCommandForm(visitor, { ...act, do: act.do }, mark)
    case 'ask':
      return visitor.type(`/rotation ${act.command}`)
    case 'click-old-card':
      return clickOldCard(visitor)
  }
}

/** The bot follows within a second. */
async function moveClock(lane: Lane, ms: number): Promise<void> {
  lane.moveClock(ms)
  await sleep(FOLLOWED_MS)
}

/** The first card's first button, whatever has become of its rotation. */
async function clickOldCard(visitor: Visitor): Promise<void> {
  const [card] = await cardsOf(visitor.person)
  const [element] = elementsOf(card?.blocks ?? []).filter((each) => each.type === 'button')
  if (card && element?.action_id) await visitor.click(card, element.action_id)
}

/** Lets time pass until the old versions of the newest rotation are revoked. */
async function retire(lane: Lane): Promise<void> {
  const visitor = new Visitor(lane, 'operator')
  const until = Date.now() + RETIRE_MS
  while (Date.now() < until) {
    const card = await visitor.card()
    if (!card || /Complete after|borted/.test(JSON.stringify(card))) return
    lane.moveClock(RETIRE_STEP_MS)
    await sleep(2_000)
  }
}
