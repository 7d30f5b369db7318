import type { RotationEvent } from '#domain/rotation/events'
import { type LogRow, readLogRows } from '#domain/rotation/log-file'
import { runsOf } from '#sandbox/ci/runs'
import type { Alert } from '#test/support/pager'
import type { Message } from '#test/support/person'
import type { Lane } from './lane.ts'
import type { BotEnd } from './supervised-bot.ts'
import type { Interaction } from './visitor.ts'

/** A job as the database has it. */
export interface JobSeen {
  id: number
  key: string
  kind: string
  rotationId: number | null
  state: string
  attempts: number
  result: string | null
  problem: string | null
  /** When it was sent by an attempt that may have succeeded; ISO 8601. */
  sentAt: string | null
}

const OPEN = ['queued', 'running']
export const isOpen = ({ state }: JobSeen): boolean => OPEN.includes(state)

export interface RotationSeen {
  id: number
  status: string
}

export interface CheckSeen {
  rotationId: number
  checkId: string
  state: string
  finishedAt: string
}

export interface ExceptionSeen {
  rotationId: number
  checkId: string
}

export interface SignatureSeen {
  rotationId: number
  round: number
  role: string
  userId: string
  digest: string
}

export interface CiRun {
  name: string
  title: string
  /** ISO 8601, by the sandbox's clock. */
  createdAt: string
}

/** A time in which the bot was disturbed. Milliseconds since 1970. */
export interface Disturbance {
  from: number
  to: number
  what: string
  /** Whether it excuses that nothing was acknowledged: an answer of another system that is missing does not. */
  excusesAck: boolean
}

/** All systems at the end of a run, beside the history. */
export interface Evidence {
  events: RotationEvent[]
  jobs: JobSeen[]
  rotations: RotationSeen[]
  /** The number of the newest rotation of the runs before, with which other disturbances may have interfered. */
  rotationsBefore: number
  checks: CheckSeen[]
  exceptions: ExceptionSeen[]
  signatures: SignatureSeen[]
  /** Of the channel with its threads, and of conversations with the bot. */
  messages: Message[]
  logRows: LogRow[]
  comments: string[]
  ciRuns: CiRun[]
  alerts: Alert[]
  /** Versions by secret, as the secrets manager has them. */
  versions: Record<string, string[]>
  interactions: Interaction[]
  disturbances: Disturbance[]
  ends: BotEnd[]
  stderr: string
  taken: string[]
  answersAtTheEnd: boolean
  /** The machine was so busy that nothing can be said about times. */
  isSlow: boolean
}

interface RepositoryShown {
  files: { path: string; content: string }[]
  tickets: { comments: { body: string }[] }[]
}

/** How much there was of each before the run. */
export interface Since {
  ends: number
  stderr: number
  taken: number
}

/** Reads everything. The sandbox answers directly, without the proxy. */
export async function gather(
  lane: Lane,
  { since, ...judged }: Pick<Evidence, 'disturbances' | 'answersAtTheEnd' | 'isSlow'> & { since: Since },
): Promise<Evidence> {
  const { operator } = lane.people
  const repository = await operator.get<RepositoryShown>('repository')
  const log = repository.files.find((file) => file.path === 'logs/agents/rotation-log.md')?.content ?? ''
  const secrets = await operator.get<{ name: string; versions: { id: string }[] }[]>('secrets')
  return {
    ...(await lane.database.read()),
    rotationsBefore: lane.rotationsBefore,
    messages: lane.sandbox.world.store.collection<Message>('slack.messages').all(),
    logRows: readLogRows(log),
    comments: repository.tickets.flatMap((ticket) => ticket.comments.map(({ body }) => body)),
    ciRuns: runsOf(lane.sandbox.world)
      .all()
      .map(({ workflow, title, createdAt }) => ({ name: workflow.name, title, createdAt })),
    alerts: (await operator.get<{ alerts: Alert[] }>('pager')).alerts,
    versions: Object.fromEntries(secrets.map(({ name, versions }) => [name, versions.map(({ id }) => id)])),
    interactions: [...lane.interactions],
    ends: lane.bots.ends.slice(since.ends),
    stderr: lane.bots.stderr.slice(since.stderr),
    taken: lane.taken.slice(since.taken),
    ...judged,
  }
}
