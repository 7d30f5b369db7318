import { wordsOf } from '#test/support/person'
import type { Evidence, JobSeen } from '../evidence.ts'
import { repeated } from './count.ts'

/** Kinds whose jobs leave a message that bears their key. */
const POSTING = [
  'thread-message',
  'approval-notice',
  'break-glass',
  'notice',
  'channel-message',
  'direct-message',
]

const jobIdsIn = ({ messages }: Evidence): string[] =>
  messages.flatMap((each) => each.metadata?.event_payload?.job_id ?? [])

/** It changes a message that bears the key of the job which posted it. */
const isEdit = (job: JobSeen): boolean => job.key.includes(':edit:')

const wasSkipped = (job: JobSeen): boolean => job.result?.includes('skipped') === true

/** Each job that posts has left one message, and no message is there without its job. */
export function messagesOnce(evidence: Evidence): string[] {
  const ids = jobIdsIn(evidence)
  const keys = new Set(evidence.jobs.map((job) => job.key))
  const lacking = evidence.jobs.filter(
    (job) =>
      POSTING.includes(job.kind) &&
      !isEdit(job) &&
      job.state === 'done' &&
      !wasSkipped(job) &&
      !ids.includes(job.key),
  )
  return [
    ...repeated(ids).map(([id, times]) => `${id} was posted ${times} times`),
    ...lacking.map((job) => `${job.key} is done, and its message is not there`),
    ...ids.filter((id) => !keys.has(id)).map((id) => `the message of ${id} has no job`),
  ]
}

const SHOWN: Record<string, RegExp> = {
  complete: /Complete after/,
  aborted: /[Aa]borted/,
  retiring: /revocation|[Rr]evoke|disabled|old version/,
}

/** One card a rotation, and it shows the state that the rotation has. */
export function cardsTrue({ messages, rotations, events }: Evidence): string[] {
  return rotations.flatMap(({ id, status }) => {
    const label = `R${id}`
    const cards = messages.filter(
      (each) =>
        each.metadata?.event_type === 'rotation_card' && each.metadata.event_payload.rotation_id === label,
    )
    const [card] = cards
    if (!card || cards.length > 1) return [`${label} has ${cards.length} cards`]
    const words = wordsOf(card)
    const shown = SHOWN[status]
    const hasOpened = events.some((event) => event.rotationId === id && event.type === 'rotation-opened')
    return [
      ...(shown && !shown.test(words) ? [`${label} is ${status}, and its card does not show it`] : []),
      ...(!shown && /Complete after|\bAborted\b/.test(words)
        ? [`${label} is ${status}, and its card shows an end`]
        : []),
      ...(/Not yet delivered/.test(words)
        ? [`the card of ${label} still says that something is not delivered`]
        : []),
      ...(hasOpened ? [] : [`${label} has no event that opened it`]),
    ]
  })
}
