import {
  awaiting,
  deadlineName,
  earliestDeadline,
  hoursBefore,
  isNear,
  REMIND_BEFORE_HOURS,
} from '#domain/revocations/deadline-calls'
import { deadlineOf, type Revocation } from '#domain/revocations/revocation'
import { type Instant, type Rotation, rotationLabel } from '#domain/rotation/rotation'
import type { Reminder, ReminderSettings, ReminderState } from './reminder.ts'
import { latestDue } from './reminder-schedule.ts'

export const isUrgent = (rotation: Rotation): boolean => rotation.severity === 'P1'

/** The earliest deadline of the versions that agents need until this rotation is signed and deployed; null without any. */
export const unsignedDeadline = (rotation: Rotation, oldVersions: Revocation[]): Instant | null =>
  earliestDeadline(awaiting(ofRotation(rotation, oldVersions), 'deployment'))

const ofRotation = ({ id }: Rotation, rows: Revocation[]): Revocation[] =>
  rows.filter((row) => row.rotationId === id)

/** Reminders about old versions, also of closed rotations. */
export function oldVersionReminders(
  { rotations, closed, oldVersions }: Pick<ReminderState, 'rotations' | 'closed' | 'oldVersions'>,
  now: Instant,
  settings: ReminderSettings,
): Reminder[] {
  return [...rotations.map(({ rotation }) => rotation), ...closed].flatMap((rotation) => {
    const rows = ofRotation(rotation, oldVersions)
    return [
      ...deploymentReminders(rotation, rows, now, settings),
      ...decisionReminders(rotation, rows, now, settings),
    ]
  })
}

const peopleOf = ({ ownerId }: Rotation, { operators }: ReminderSettings): string[] => [
  ...new Set([ownerId, ...operators]),
]

/** Once for each deadline, also at night: without a deployment agents are refused, or somebody must decide. */
function deploymentReminders(
  rotation: Rotation,
  rows: Revocation[],
  now: Instant,
  settings: ReminderSettings,
): Reminder[] {
  const versions = awaiting(rows, 'deployment', 'use').filter((row) =>
    isNear(deadlineOf(row), REMIND_BEFORE_HOURS, now),
  )
  const deadline = earliestDeadline(versions)
  if (deadline === null) return []
  const name = deadlineName(deadline, rows)
  return [
    {
      kind: 'deployment-missing',
      subject: `${rotationLabel(rotation.id)}:${name}`,
      due: hoursBefore(name, REMIND_BEFORE_HOURS),
      urgent: true,
      rotation: rotation.id,
      people: peopleOf(rotation, settings),
      deadline,
      versions,
    },
  ]
}

/** Until the deadline is so near that on-call is paged. */
function decisionReminders(
  rotation: Rotation,
  rows: Revocation[],
  now: Instant,
  settings: ReminderSettings,
): Reminder[] {
  const versions = awaiting(rows, 'decision')
  const deadline = earliestDeadline(versions)
  if (deadline === null || now >= hoursBefore(deadline, REMIND_BEFORE_HOURS)) return []
  const since = versions.map(changedAt).sort().at(-1) ?? now
  const due = latestDue(Date.parse(since), now, settings)
  if (due === null) return []
  return [
    {
      kind: 'decision-missing',
      subject: rotationLabel(rotation.id),
      due,
      urgent: isUrgent(rotation),
      rotation: rotation.id,
      people: peopleOf(rotation, settings),
      deadline,
      versions,
    },
  ]
}

/** When something was last done with a version. */
const changedAt = ({ replacedAt, verifiedAt, issuerAt }: Revocation): Instant =>
  [replacedAt, verifiedAt ?? '', issuerAt ?? ''].sort().at(-1) ?? replacedAt
