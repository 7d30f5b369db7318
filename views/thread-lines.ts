import type { RotationEvent } from '#domain/rotation/events'
import { type LineSubject, lineSubject } from '#domain/rotation/line-subject'
import type { Rotation } from '#domain/rotation/rotation'
import { tokenLabel } from '#domain/tokens/scope'
import { type Message, section } from './blocks.ts'
import { reviewerWords } from './found-runs.ts'
import { MESSAGE_BUDGET } from './limits.ts'
import { packGroups } from './pack.ts'
import { oldVersionName } from './revocation-lines.ts'
import type { Names } from './state.ts'
import { code, escapeUntrusted, link, list, plural } from './text.ts'
import { attemptWords, threadLead, threadLine } from './thread.ts'
import { duration, millisBetween } from './times.ts'
import { renewalWords, runTitle, shortName } from './words.ts'

/** The events of one line, oldest first. */
export interface ThreadLine {
  subject: LineSubject
  events: RotationEvent[]
}

/** With this a line ends: what comes later, such as after a rejection, is another line. */
const endsLine = ({ type }: RotationEvent): boolean =>
  type === 'step-completed' || type === 'environment-promoted'

/** The newest line about a subject; undefined where nothing has happened yet. */
export function newestLine(
  subject: LineSubject,
  events: readonly RotationEvent[],
  isPromoted: (environment: string) => boolean,
): ThreadLine | undefined {
  const own = events.filter((event) => lineSubject(event, isPromoted) === subject)
  const before = own.slice(0, -1).findLastIndex(endsLine)
  const line = own.slice(before + 1)
  return line.length > 0 ? { subject, events: line } : undefined
}

/** Maximum blocks for a line's list of tokens; the remaining ones are counted. */
const MOST_BLOCKS = 6
/** Reserved for the first rows, a failure and the count. */
const HEAD_BYTES = 4_500
const VERSIONS_NAMED = 9

/** A line of the thread as it is now. */
export function drawLine({ subject, events }: ThreadLine, rotation: Rotation, names: Names): Message {
  const [first = '', ...others] =
    subject === 'old-versions' ? versionRows(events, names) : runRows(events, names)
  const rows = [`${threadLead(rotation)}${first}`, ...others]
  const isRotating = subject === 'rotation-execution'
  if (isRotating) rows.push(renewalWords(rotation))
  const head = packGroups([rows], { blocks: MOST_BLOCKS, bytes: HEAD_BYTES })
  const tokens = packGroups([isRotating ? tokenRows(rotation) : []], {
    blocks: MOST_BLOCKS,
    bytes: MESSAGE_BUDGET - HEAD_BYTES,
  })
  const left = tokens.left.length
  return {
    text: `*${shortName(rotation)}* ${first}`,
    blocks: [
      ...head.blocks,
      ...tokens.blocks,
      ...(left > 0 ? [section(`… and ${plural(left, 'more token')}`)] : []),
    ],
  }
}

const tokenRows = ({ tokens }: Rotation): string[] =>
  tokens.map((token) => {
    const version = token.newVersionId
    const state = version ? `new version ${code(version.slice(0, 8))}` : 'still on the old version'
    return `${version ? '✓' : '·'} ${escapeUntrusted(tokenLabel(token), 180)} ${state}`
  })

type RunEvent = Extract<
  RotationEvent,
  { type: 'run-requested' | 'run-started' | 'run-waits' | 'run-again' | 'run-adopted' | 'run-finished' }
>

const isOfRun = (event: RotationEvent): event is RunEvent => event.type.startsWith('run-')

/** One row for each run, as it is now, and one for everything else. */
function runRows(events: RotationEvent[], names: Names): string[] {
  const runs = new Map<string, RunEvent[]>()
  for (const event of events.filter(isOfRun)) {
    const key = `${event.data.kind}:${event.data.attempt}`
    runs.set(key, [...(runs.get(key) ?? []), event])
  }
  const others = events.filter((event) => !isOfRun(event))
  return [
    ...[...runs.values()].flatMap((run) => oneRun(run, names)),
    ...others.map((event) => threadLine(event, names)),
  ]
}

/** What is kept in words of its own is why a run started, or that somebody else started it. */
function oneRun(events: RunEvent[], names: Names): string[] {
  const newest = events.at(-1)
  if (!newest) return []
  const notes = events.filter(
    (event) =>
      event.type === 'run-adopted' ||
      event.type === 'run-again' ||
      (event.type === 'run-requested' && event.data.windowReason !== undefined),
  )
  const isNoted = notes.includes(newest)
  return [
    ...notes.map((event) => threadLine(event, names)),
    ...(isNoted ? [] : [runRow(newest, events, names)]),
  ]
}

function runRow(newest: RunEvent, events: RunEvent[], names: Names): string {
  const title = `${runTitle(newest.data)}${attemptWords(newest.data)}`
  switch (newest.type) {
    case 'run-started':
      return `… ${title}: in CI: ${link(newest.data.url, `run ${newest.data.runId}`)}`
    case 'run-waits':
      return `⏸ ${title} waits for an approval in GitHub${reviewerWords(newest.data.reviewers)}${newest.data.url ? `: ${link(newest.data.url, 'review it')}` : ''}`
    case 'run-finished': {
      const { succeeded, conclusion, url } = newest.data
      const began = events.find(({ type }) => type !== 'run-finished')
      const time = began
        ? ` ${succeeded ? 'in' : 'after'} ${duration(millisBetween(began.at, newest.at))}`
        : ''
      const run = url ? ` · ${link(url, 'run')}` : ''
      const result = succeeded
        ? 'succeeded'
        : `failed${conclusion === 'failure' ? '' : ` (${escapeUntrusted(conclusion, 400)})`}`
      return `${succeeded ? '✓' : '✗'} ${title} ${result}${time}${run}`
    }
    default:
      return threadLine(newest, names)
  }
}

/** Each old version as it is now: disabled and watched, or revoked. */
function versionRows(events: RotationEvent[], names: Names): string[] {
  const disabled = new Map<string, string>()
  const revoked = new Map<string, { name: string; proof: string }>()
  for (const event of events) {
    if (event.type === 'revocation-disabled')
      for (const version of event.data.versions)
        disabled.set(`${version.secret} ${version.versionId}`, oldVersionName(version))
    if (event.type === 'revocation-proven')
      for (const version of event.data.versions) {
        disabled.delete(`${version.secret} ${version.versionId}`)
        revoked.set(`${version.secret} ${version.versionId}`, {
          name: oldVersionName(version),
          proof: version.proof,
        })
      }
  }
  const named = (each: string[]) => list(each, VERSIONS_NAMED)
  const proven = [...revoked.values()]
  const [only] = proven
  const provenRow =
    proven.length === 1 && only
      ? `✓ Old version revoked: ${only.name} – ${escapeUntrusted(only.proof, 200)}`
      : `✓ ${plural(proven.length, 'old version')} revoked, verified by machine: ${named(proven.map(({ name }) => name))}`
  return [
    ...(disabled.size > 0
      ? [
          `◌ ${plural(disabled.size, 'old version')} disabled at the issuer, and watched: ${named([...disabled.values()])}`,
        ]
      : []),
    ...(proven.length > 0 ? [provenRow] : []),
    ...events.filter(({ type }) => type === 'rotation-completed').map((event) => threadLine(event, names)),
  ]
}
