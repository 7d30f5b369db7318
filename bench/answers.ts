import { Person } from '#test/support/person'
import { start } from '#test/support/run-rotation'
import { type Started, type StrictWorkspace, startBareApp, startBot, startWorkspace } from './apps.ts'
import { type Act, type Crowd, drive, gather, idleRates, untilQuiet } from './load.ts'
import { benchPerson } from './names.ts'
import type { BenchOptions } from './options.ts'
import { cpuMs } from './process-usage.ts'
import { median, percentile, type Result, ratioResult } from './result.ts'
import type { Exchange } from './tap.ts'

const PEOPLE = 100
const CLICKERS = 20
const PER_SECOND = 20
/** An app has so long to acknowledge; what was not acknowledged counts as that. */
const ACK_MS = 3_000
const QUIET_WITHIN_MS = 15_000
const BUTTON = 'open-step:inventory-review'

const AT_ONCE = { perSecond: 50, seconds: 10 }

/** What people do, with the targets for its acknowledgement and its CPU time. */
const KINDS = [
  { name: '`/rotation help`', act: (crowd: Crowd) => crowd.command('/rotation help'), ack: 1.2, cpu: 2 },
  { name: '`/rotation status`', act: (crowd: Crowd) => crowd.command('/rotation status'), ack: 1.2, cpu: 4 },
  { name: 'the App Home', act: (crowd: Crowd) => crowd.openHome, ack: 1.1, cpu: 4 },
  { name: 'a card’s button (open step)', act: (crowd: Crowd) => crowd.click, ack: 1.5, cpu: 5 },
]
const OPEN_P99 = 2

/** An app in its own workspace, with the people who use it. */
interface Measured {
  workspace: StrictWorkspace
  app: Started
  crowd: Crowd
  /** CPU time in ms a second. */
  idle: number
}

interface Round {
  exchanges: Exchange[]
  /** CPU time of one act in ms, without what the app does when idle. */
  cpu: number
}

/**
 * How long the bot needs to acknowledge and to open a modal, and what each costs it, compared with a bare Bolt app. The
 * two are used in turns, so that other load affects both.
 */
export async function benchAnswers(say: (line: string) => void, options: BenchOptions): Promise<Result[]> {
  const [ours, bare] = await Promise.all([openBot(), openBare()])
  try {
    const results: Result[] = []
    const [idle = 0, bareIdle = 0] = await idleRates([ours.app.pid, bare.app.pid], options.quick ? 2 : 10)
    Object.assign(ours, { idle })
    Object.assign(bare, { idle: bareIdle })
    say(`  idle: ${idle.toFixed(1)} ms of CPU a second against ${bareIdle.toFixed(1)} ms`)
    for (const kind of KINDS) {
      const rounds = await alternate(kind.act, ours, bare, options)
      for (const result of compare(kind, rounds)) {
        say(`  ${result.name}: ${result.measured}`)
        results.push(result)
      }
    }
    const expired = await countExpired(ours, options)
    say(`  ${expired.name}: ${expired.measured}`)
    return [...results, expired]
  } finally {
    for (const { app, workspace } of [ours, bare]) {
      await app.stop()
      await workspace.stop()
    }
  }
}

async function openBot(): Promise<Measured> {
  const workspace = await startWorkspace({ people: PEOPLE })
  const app = await startBot(workspace, {
    operators: Array.from({ length: CLICKERS }, (_, at) => benchPerson(at)),
  })
  await start(new Person(workspace.url, 'U0OPERATOR'))
  const button = new RegExp(`^${BUTTON}$`)
  return {
    workspace,
    app,
    idle: 0,
    crowd: await gather(workspace, { people: PEOPLE, clickers: CLICKERS, button }),
  }
}

async function openBare(): Promise<Measured> {
  const workspace = await startWorkspace({ people: PEOPLE })
  const app = await startBareApp(workspace)
  const button = /^open$/
  return {
    workspace,
    app,
    idle: 0,
    crowd: await gather(workspace, { people: PEOPLE, clickers: CLICKERS, button }),
  }
}

async function alternate(
  act: (crowd: Crowd) => Act,
  ours: Measured,
  bare: Measured,
  { quick }: BenchOptions,
): Promise<{ ours: Round; bare: Round }[]> {
  const rounds: { ours: Round; bare: Round }[] = []
  const count = PER_SECOND * (quick ? 1 : 3)
  // The first round warms both up and is not counted.
  for (let round = 0; round < (quick ? 2 : 4); round += 1) {
    const size = round === 0 ? PER_SECOND : count
    const oursFirst = round % 2 === 0
    const one = await measure(oursFirst ? ours : bare, act, size)
    const other = await measure(oursFirst ? bare : ours, act, size)
    if (round > 0) rounds.push(oursFirst ? { ours: one, bare: other } : { ours: other, bare: one })
  }
  return rounds
}

async function measure(
  { workspace, app, crowd, idle }: Measured,
  act: (crowd: Crowd) => Act,
  count: number,
): Promise<Round> {
  await workspace.taken()
  const [cpu, began] = [cpuMs(app.pid), performance.now()]
  await drive(act(crowd), { perSecond: PER_SECOND, count })
  await untilQuiet(app.pid, idle, QUIET_WITHIN_MS)
  const spent = cpuMs(app.pid) - cpu - (idle * (performance.now() - began)) / 1_000
  const { exchanges } = await workspace.taken()
  await crowd.closeModals()
  return { exchanges, cpu: spent / count }
}

type Kind = (typeof KINDS)[number]

function compare(kind: Kind, rounds: { ours: Round; bare: Round }[]): Result[] {
  const of = (figure: (round: Round) => number) => {
    const ours = rounds.map((round) => figure(round.ours))
    const bare = rounds.map((round) => figure(round.bare))
    const ratio = median(ours.map((value, at) => value / (bare[at] ?? Number.NaN)))
    return { ours: median(ours), bare: median(bare), ratio }
  }
  const acks = of(({ exchanges }) => median(exchanges.map(ackMs)))
  const results = [
    ratioResult(`Ack of ${kind.name} at ${PER_SECOND} a second, p50`, {
      ...acks,
      unit: 'ms',
      most: kind.ack,
    }),
    ratioResult(`CPU of ${kind.name}`, { ...of(({ cpu }) => cpu), unit: 'ms', most: kind.cpu }),
  ]
  if (kind.act !== KINDS.at(-1)?.act) return results
  const opens = (who: 'ours' | 'bare') =>
    percentile(
      rounds.flatMap((round) => round[who].exchanges.map(openMs)),
      0.99,
    )
  const name = `Click until \`views.open\` arrives, at ${PER_SECOND} a second, p99`
  return [
    ...results,
    ratioResult(name, { ours: opens('ours'), bare: opens('bare'), unit: 'ms', most: OPEN_P99 }),
  ]
}

const ackMs = ({ sentAt, ackedAt }: Exchange) => (ackedAt === null ? ACK_MS : ackedAt - sentAt)

/** A modal that was never opened counts as opened when its trigger expired. */
const openMs = ({ sentAt, openedAt }: Exchange) => (openedAt === null ? ACK_MS : openedAt - sentAt)

/** How many triggers expire when people click faster than usual. */
async function countExpired(ours: Measured, { quick }: BenchOptions): Promise<Result> {
  const { perSecond, seconds } = AT_ONCE
  const count = perSecond * (quick ? 2 : seconds)
  await ours.workspace.taken()
  await drive(ours.crowd.click, { perSecond, count })
  await untilQuiet(ours.app.pid, ours.idle, 2 * ACK_MS)
  const { exchanges, errors } = await ours.workspace.taken()
  const unopened = exchanges.filter(({ openedAt }) => openedAt === null).length
  return {
    name: `Clicks at ${perSecond} a second whose trigger expired (${JSON.stringify(errors)})`,
    measured: `${unopened} of ${exchanges.length}`,
    target: 'none',
    met: unopened === 0,
  }
}
