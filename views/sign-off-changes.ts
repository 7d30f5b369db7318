import type { EventData, EventType, RotationEvent } from '#domain/rotation/events'
import { type Instant, ROLE_TITLES } from '#domain/rotation/rotation'
import type { Names } from './state.ts'
import { escapeUntrusted, plural } from './text.ts'
import { when } from './times.ts'
import { runTitle, stepName, who } from './words.ts'

/** When a person saw a rotation's sign-off form last, and what happened since. */
export interface LastLook {
  at: Instant
  /** Whether the record is the same as then. */
  isSameRecord: boolean
  events: RotationEvent[]
}

type Words = { [Type in EventType]?: (by: string, data: EventData[Type], names: Names) => string }

/** The events that an approver wants to know of, in a few words. */
const CHANGES: Words = {
  'step-completed': (by, { step }) => `${stepName(step)}: completed by ${by}`,
  'exception-recorded': (by, { title }) => `exception by ${by}: ${escapeUntrusted(title, 300)}`,
  'deviation-recorded': (_, { environment }) => `${escapeUntrusted(environment, 100)} deployed by others`,
  'run-finished': (_, { succeeded, ...run }) => `${runTitle(run)} ${succeeded ? 'succeeded' : 'failed'}`,
  'run-adopted': (by, run) => `${runTitle(run)} adopted by ${by}`,
  'signed-off': (by, { role }) => `signed by ${by} as ${ROLE_TITLES[role]}`,
  rejected: (by, { role }) => `rejected by ${by} as ${ROLE_TITLES[role]}`,
  withdrawn: (by, { role }) => `approval withdrawn by ${by} as ${ROLE_TITLES[role]}`,
  'approval-void': () => 'earlier signatures no longer count',
  'break-glass': (by) => `break-glass acknowledged by ${by}`,
  'rollback-requested': (by, { versions }) => `${plural(versions.length, 'token')} rolled back by ${by}`,
  'raised-to-incident': (by) => `turned into an incident by ${by}`,
  'owner-changed': (by, { to }, names) => `handed to ${who(to, names)} by ${by}`,
}

const MOST = 6

/** What changed since a person looked last; nothing for one who looks for the first time. */
export function changeLines(lastLook: LastLook | null, names: Names): string[] {
  if (lastLook === null) return []
  const { at, events, isSameRecord } = lastLook
  const lead = `*Since you last looked* (${when(at)}):`
  const changes = events.flatMap((event) => changeWords(event, names))
  if (changes.length === 0)
    return [`${lead} ${isSameRecord ? 'nothing changed' : 'the record changed, see the full record'}`]
  const left = changes.length - MOST
  return [
    lead,
    ...changes.slice(-MOST).map((words) => `• ${words}`),
    ...(left > 0 ? [`• and ${plural(left, 'earlier change')}: in the thread`] : []),
  ]
}

function changeWords(event: RotationEvent, names: Names): string[] {
  const word = <Type extends EventType>(type: Type, data: EventData[Type]) =>
    CHANGES[type]?.(who(event.actor, names), data, names)
  const words = word(event.type, event.data)
  return words === undefined ? [] : [words]
}
