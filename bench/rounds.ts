import type { Started, StrictWorkspace } from './apps.ts'
import type { Inspector, Share } from './inspector.ts'
import { type Act, type Crowd, drive, untilQuiet } from './load.ts'
import type { BenchOptions } from './options.ts'
import { cpuMs } from './process-usage.ts'
import { median } from './result.ts'
import type { Exchange } from './tap.ts'

/** The usual rate at which people act. */
export const PER_SECOND = 20
/** An app has so long to acknowledge or to use a trigger; what never came counts as that. */
export const ACK_MS = 3_000
/** For what a burst leaves to do. */
const QUIET_WITHIN_MS = 20_000
const ROUNDS = 3
const SECONDS = 2

/** An app in its own workspace, with the people who use it. */
export interface Measured {
  workspace: StrictWorkspace
  app: Started
  crowd: Crowd
  /** CPU time in ms a second while nobody uses it. */
  idle: number
  /** With `--profile`, of the bot. */
  inspector?: Inspector | undefined
}

export interface Round {
  exchanges: Exchange[]
  /** CPU time of one act in ms, without what the app does when idle. */
  cpu: number
  /** Acts that the app had not answered when it was waited for no longer. */
  unanswered: number
}

/** What both apps did in one round. */
export interface Pair {
  ours: Round
  bare: Round
}

/** Lets people use two apps in turns, so that other load affects both alike. The first round warms up and is left out. */
export async function alternate(
  act: (crowd: Crowd) => Act,
  { ours, bare }: { ours: Measured; bare: Measured },
  { quick }: BenchOptions,
  { perSecond, seconds }: Pace = { perSecond: PER_SECOND, seconds: SECONDS },
): Promise<Pair[]> {
  const pairs: Pair[] = []
  for (let round = 0; round <= (quick ? 1 : ROUNDS); round += 1) {
    const pace = { perSecond, seconds: quick || round === 0 ? 1 : seconds }
    const oursFirst = round % 2 === 0
    const one = await measure(oursFirst ? ours : bare, act, pace)
    const other = await measure(oursFirst ? bare : ours, act, pace)
    if (round > 0) pairs.push(oursFirst ? { ours: one, bare: other } : { ours: other, bare: one })
  }
  return pairs
}

export interface Pace {
  perSecond: number
  seconds: number
}

async function measure(
  measured: Measured,
  act: (crowd: Crowd) => Act,
  { perSecond, seconds }: Pace,
): Promise<Round> {
  const { workspace, app, crowd, idle, inspector } = measured
  const count = Math.ceil(perSecond * seconds)
  await workspace.taken()
  await inspector?.startProfile()
  const [cpu, began] = [cpuMs(app.pid), performance.now()]
  await drive(act(crowd), { perSecond, count })
  const unanswered = await untilQuiet(app.pid, { idle, mostMs: QUIET_WITHIN_MS, ...workspace })
  const spent = cpuMs(app.pid) - cpu - (idle * (performance.now() - began)) / 1_000
  if (inspector) printProfile(await inspector.stopProfile())
  const { exchanges } = await workspace.taken()
  await crowd.closeModals()
  return { exchanges, cpu: spent / count, unanswered }
}

/** A figure of both apps, and the median of its ratios in each round. */
export function figureOf(pairs: Pair[], figure: (round: Round) => number) {
  const ours = pairs.map((pair) => figure(pair.ours))
  const bare = pairs.map((pair) => figure(pair.bare))
  const ratio = median(ours.map((value, at) => value / (bare[at] ?? Number.NaN)))
  return { ours: median(ours), bare: median(bare), ratio }
}

export const ackMs = ({ sentAt, ackedAt }: Exchange): number => (ackedAt === null ? ACK_MS : ackedAt - sentAt)

/** How much was not answered in time, for the name of a row. */
export const unansweredOf = (pairs: Pair[]): string => {
  const left = pairs.reduce((sum, pair) => sum + pair.ours.unanswered, 0)
  return left > 0 ? ` (${left} not answered within ${QUIET_WITHIN_MS / 1_000} s)` : ''
}

const SHOWN = 6

function printProfile({ functions, places }: { functions: Share[]; places: Share[] }): void {
  for (const shares of [places, functions])
    for (const { share, where } of shares.slice(0, SHOWN))
      process.stdout.write(`    ${(share * 100).toFixed(1).padStart(5)} % ${where}\n`)
}
