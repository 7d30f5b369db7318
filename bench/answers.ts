import { Person } from '#test/support/person'
import { start } from '#test/support/run-rotation'
import { startBareApp, startBot, startWorkspace } from './apps.ts'
import { INSPECTED, inspect } from './inspector.ts'
import { type Crowd, drive, gather, idleRates, untilQuiet } from './load.ts'
import { benchPerson } from './names.ts'
import type { BenchOptions } from './options.ts'
import { median, percentile, type Result, ratioResult } from './result.ts'
import {
  ACK_MS,
  ackMs,
  alternate,
  figureOf,
  type Measured,
  type Pair,
  PER_SECOND,
  type Round,
  unansweredOf,
} from './rounds.ts'
import type { Exchange } from './tap.ts'

const PEOPLE = 100
const CLICKERS = 20
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
/** After which an app has done what belongs to its start. */
const STARTED_MS = 20_000

/**
 * How long the bot needs to acknowledge and to open a modal, and what each costs it, compared with a bare Bolt app. The
 * two are used in turns, so that other load affects both.
 */
export async function benchAnswers(say: (line: string) => void, options: BenchOptions): Promise<Result[]> {
  const [ours, bare] = await Promise.all([openBot(options), openBare()])
  try {
    const results: Result[] = []
    for (const { app, workspace } of [ours, bare])
      await untilQuiet(app.pid, { idle: 100, mostMs: STARTED_MS, ...workspace })
    const [idle = 0, bareIdle = 0] = await idleRates([ours.app.pid, bare.app.pid], options.quick ? 2 : 6)
    Object.assign(ours, { idle })
    Object.assign(bare, { idle: bareIdle })
    say(`  idle: ${idle.toFixed(1)} ms of CPU a second against ${bareIdle.toFixed(1)} ms`)
    for (const kind of KINDS) {
      const rounds = await alternate(kind.act, { ours, bare }, options)
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

async function openBot({ profile }: BenchOptions): Promise<Measured> {
  const workspace = await startWorkspace({ people: PEOPLE })
  const app = await startBot(workspace, {
    operators: Array.from({ length: CLICKERS }, (_, at) => benchPerson(at)),
    options: profile ? INSPECTED : [],
  })
  await start(new Person(workspace.url, 'U0OPERATOR'))
  const button = new RegExp(`^${BUTTON}$`)
  return {
    workspace,
    app,
    idle: 0,
    inspector: profile ? await inspect(app) : undefined,
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

type Kind = (typeof KINDS)[number]

function compare(kind: Kind, rounds: Pair[]): Result[] {
  const of = (figure: (round: Round) => number) => figureOf(rounds, figure)
  const acks = of(({ exchanges }) => median(exchanges.map(ackMs)))
  const results = [
    ratioResult(`Ack of ${kind.name} at ${PER_SECOND} a second, p50`, {
      ...acks,
      unit: 'ms',
      most: kind.ack,
    }),
    ratioResult(`CPU of ${kind.name}${unansweredOf(rounds)}`, {
      ...of(({ cpu }) => cpu),
      unit: 'ms',
      most: kind.cpu,
    }),
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

/** A modal that was never opened counts as opened when its trigger expired. */
const openMs = ({ sentAt, openedAt }: Exchange) => (openedAt === null ? ACK_MS : openedAt - sentAt)

/** How many triggers expire when people click faster than usual. */
async function countExpired(ours: Measured, { quick }: BenchOptions): Promise<Result> {
  const { perSecond, seconds } = AT_ONCE
  const count = perSecond * (quick ? 2 : seconds)
  await ours.workspace.taken()
  await drive(ours.crowd.click, { perSecond, count })
  await untilQuiet(ours.app.pid, { idle: ours.idle, mostMs: 2 * ACK_MS, ...ours.workspace })
  const { exchanges, errors } = await ours.workspace.taken()
  const unopened = exchanges.filter(({ openedAt }) => openedAt === null).length
  return {
    name: `Clicks at ${perSecond} a second whose trigger expired (${JSON.stringify(errors)})`,
    measured: `${unopened} of ${exchanges.length}`,
    target: 'none',
    met: unopened === 0,
  }
}
