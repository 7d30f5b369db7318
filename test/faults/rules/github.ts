import type { EventData } from '#domain/rotation/events'
import { RUN_KINDS, rotationLabel } from '#domain/rotation/rotation'
import { formatHead } from '#domain/rotation/rotation-log'
import { runMark } from '#domain/rotation/runs'
import { workflowDispatchKey } from '#outbox/queue/github-jobs'
import { WORKFLOWS } from '#sandbox/demo-users'
import type { Evidence } from '../evidence.ts'
import { repeated } from './count.ts'

const doneOf = ({ jobs }: Evidence, kind: string) =>
  jobs.filter((job) => job.kind === kind && job.state === 'done')

/** Each log entry is one row, and each row is a log entry. */
export function logRowsOnce(evidence: Evidence): string[] {
  const rows = evidence.logRows.map(
    (row) => `${row.rotation} ${row.event} ${row.head ? formatHead(row.head) : ''}`,
  )
  const done = doneOf(evidence, 'log-entry').length
  const all = evidence.jobs.filter((job) => job.kind === 'log-entry').length
  return [
    ...repeated(rows).map(([row, times]) => `the log has ${times} rows ${row}`),
    ...(rows.length < done ? [`${done} log entries are done, and the log has ${rows.length} rows`] : []),
    ...(rows.length > all ? [`the log has ${rows.length} rows of ${all} log entries`] : []),
  ]
}

/** Each report is one comment. */
export function commentsOnce(evidence: Evidence): string[] {
  return doneOf(evidence, 'ticket-comment').flatMap((job) => {
    const times = evidence.comments.filter((comment) => comment.includes(`${job.key} 1/`)).length
    return times === 1 ? [] : [`${job.key} is done, and the ticket has ${times} comments of it`]
  })
}

/** Each run that was asked for was started at most once, and none runs that was not asked for. */
export function runsOnce({ events, ciRuns }: Evidence): string[] {
  const asked = events.flatMap((event) => {
    if (event.type !== 'run-requested') return []
    const { kind, attempt } = event.data as EventData['run-requested']
    return [`${kind} ${runMark(event.rotationId, attempt)}`]
  })
  const started = ciRuns.filter(({ title }) => /\sR[1-9]\d*(?:\.\d+)?$/.test(title)).map(({ title }) => title)
  const marks = new Set(asked.map((each) => each.split(' ').at(-1)))
  return [
    ...repeated(asked).map(([run, times]) => `${run} was asked for ${times} times`),
    ...repeated(started).map(([title, times]) => `“${title}” was started ${times} times`),
    ...started
      .filter((title) => !marks.has(title.split(' ').at(-1)))
      .map((title) => `“${title}” was started, and the history does not know it`),
  ]
}

/** The bot's clock follows the sandbox's within a second. */
const CLOCKS_MS = 1_500

/** In these the times of an abort, of a dispatch and of a run cannot be compared. */
const BLURS_TIMES = /^clock |^database locked/

/**
 * No run that changes tokens or agents is asked for once its rotation was aborted. One whose start was already on its way to GitHub
 * may begin a moment later.
 */
export function nothingAfterAbort({
  events,
  jobs,
  ciRuns,
  disturbances,
  rotationsBefore,
}: Evidence): string[] {
  if (disturbances.some(({ what }) => BLURS_TIMES.test(what))) return []
  return events.flatMap((event) => {
    if (event.type !== 'rotation-aborted' || event.rotationId <= rotationsBefore) return []
    const label = rotationLabel(event.rotationId)
    const sent = jobs.filter(({ sentAt }) => sentAt !== null && sentAt <= event.at).map(({ key }) => key)
    return ciRuns
      .filter(({ name, title, createdAt }) => {
        const [mark = '', attempt = '1'] = title.split(' ').at(-1)?.split('.') ?? []
        const kind = RUN_KINDS.find((each) => WORKFLOWS[each].name === name)
        const isLater = Date.parse(createdAt) > Date.parse(event.at) + CLOCKS_MS
        const wasOnItsWay =
          kind !== undefined && sent.includes(workflowDispatchKey(event.rotationId, kind, Number(attempt)))
        return mark === label && isLater && kind !== 'revoke' && !wasOnItsWay
      })
      .map(
        ({ title, createdAt }) =>
          `“${title}” was started at ${createdAt}, and ${label} was aborted at ${event.at}`,
      )
  })
}
