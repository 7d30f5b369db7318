import { setTimeout as sleep } from 'node:timers/promises'
import type { EventType } from '#domain/rotation/events'
import { type ActiveFaults, beginFault, healAll } from './active-faults.ts'
import { type Evidence, gather, isOpen } from './evidence.ts'
import type { MetCall } from './http-proxy.ts'
import type { Lane } from './lane.ts'
import { judge, type Violation } from './oracle.ts'
import { perform } from './perform.ts'
import type { Fault, Plan } from './plan.ts'
import { startSlowness } from './slowness.ts'
import { type Interaction, within } from './visitor.ts'

export interface RunResult {
  plan: Plan
  violations: Violation[]
  /** Calls that faults met. */
  met: MetCall[]
  /** Faults that waited for a call, a commit or an envelope, and whether they met it. */
  armed: { fault: Fault; hasMet: boolean }[]
  /** What people sent, and what came of it. */
  interactions: Interaction[]
  /** The types of the events of the run's own rotations, each once. */
  happened: EventType[]
  ms: number
  /** The bot's log of this run. */
  stderr: string
  /** Until somebody was answered once everything was healed, in milliseconds. */
  answeredAfterMs: number | null
  /** Plans that the same bot carried out before. */
  earlier: Plan[]
}

const ACT_MS = 25_000
const LATE_MS = 60_000
const SETTLE_MS = 1_500
const CALM_MS = 120_000
const CALM_POLL_MS = 200
const CALM_READS = 3
/** Several bots ask for a task only once a second. */
const CALM_READS_OF_SEVERAL = 15
const HELP_MS = 45_000
const LOST_RUN_MS = 16 * 60_000

/** Carries a plan out in a lane, heals everything, and judges. */
export async function runPlan(plan: Plan, lane: Lane): Promise<RunResult> {
  const began = Date.now()
  const slowness = startSlowness()
  const since = { ends: lane.bots.ends.length, stderr: lane.bots.stderr.length, taken: lane.taken.length }
  lane.interactions.length = 0
  const { rotations } = await lane.database.read()
  lane.rotationsBefore = Math.max(0, ...rotations.map(({ id }) => id))
  const active: ActiveFaults = { lane, disturbances: [], waiting: [], restarts: [], ends: [], act: 0 }
  const metBefore = lane.proxy.met().length
  const performances: Promise<void>[] = []
  for (const [index, act] of plan.acts.entries()) {
    active.act = index
    for (const { fault } of plan.faults.filter((each) => each.before === index)) beginFault(active, fault)
    // A person whose bot is killed under them goes on with the next thing.
    const performance = perform(act, lane, `${plan.name}, act ${index};`).catch(() => {})
    performances.push(performance)
    await Promise.race([performance, sleep(ACT_MS)])
    for (const each of active.ends.filter(({ after }) => after <= index)) each.end()
    active.ends = active.ends.filter(({ after }) => after > index)
  }
  // What the last act causes comes a moment later.
  await within(SETTLE_MS, async () => active.waiting.every(({ hasMet }) => hasMet()))
  const armed = active.waiting.map(({ fault, hasMet }) => ({ fault, hasMet: hasMet() }))
  await healAll(active)
  const answeredAfterMs = await asksForHelp(lane)
  // Nobody sends anything any more when everything is judged.
  await Promise.race([Promise.all(performances), sleep(LATE_MS)])
  // Slack may deliver everything again at any time.
  lane.socket.copyAll()
  const judged = {
    answersAtTheEnd: answeredAfterMs !== null,
    disturbances: active.disturbances,
    isSlow: slowness.stop(),
    since,
  }
  let evidence = await calmEvidence(lane, judged)
  // A task that was taken over from a dead process may begin something at this moment.
  if (evidence.jobs.some(isOpen)) evidence = await calmEvidence(lane, judged)
  return {
    plan,
    violations: judge(evidence),
    interactions: evidence.interactions,
    happened: happenedIn(evidence),
    met: lane.proxy.met().slice(metBefore),
    armed,
    answeredAfterMs,
    ms: Date.now() - began,
    stderr: evidence.stderr,
    earlier: [],
  }
}

function happenedIn({ events, rotationsBefore }: Evidence): EventType[] {
  const own = events.filter(({ rotationId }) => rotationId !== null && rotationId > rotationsBefore)
  return [...new Set(own.map(({ type }) => type))]
}

async function calmEvidence(lane: Lane, judged: Parameters<typeof gather>[1]): Promise<Evidence> {
  await untilCalm(lane)
  return gather(lane, judged)
}

/** Somebody types `/rotation help` until an answer comes. @returns after how many milliseconds; null when none came */
export async function asksForHelp(lane: Lane): Promise<number | null> {
  const { bystander } = lane.people
  const answers = async () => (await bystander.messages()).filter((each) => each.ephemeral).length
  const before = await answers()
  const began = Date.now()
  while (Date.now() < began + HELP_MS) {
    // What Slack itself says of a command that reached nobody is no answer.
    const { ok } = await bystander.type('/rotation help').catch(() => ({ ok: false }))
    for (let tries = 0; ok && tries < 10; tries += 1) {
      if ((await answers()) > before) return Date.now() - began
      await sleep(CALM_POLL_MS)
    }
    if (!ok) await sleep(CALM_POLL_MS)
  }
  return null
}

/** Waits until nothing is queued and the history no longer grows; what waits for a retry is due at once. */
export async function untilCalm(lane: Lane): Promise<void> {
  const until = Date.now() + CALM_MS
  const reads = lane.bots.count > 1 ? CALM_READS_OF_SEVERAL : CALM_READS
  let last = ''
  let still = 0
  while (Date.now() < until) {
    await lane.database.retryNow()
    await sleep(CALM_POLL_MS)
    const { jobs, events } = await lane.database.read()
    const open = jobs.filter(isOpen)
    const now = `${open.length} ${jobs.length} ${events.length}`
    still = now === last && lane.bots.isUp() ? still + 1 : 0
    last = now
    if (still < reads) continue
    if (open.length === 0) return
    // A run whose start was not answered, and that never appears, is given up after some minutes.
    if (open.some((job) => job.sentAt !== null)) lane.moveClock(LOST_RUN_MS)
    still = 0
  }
}
