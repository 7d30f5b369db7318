import type { RotationStatus } from '#domain/rotation/rotation'
import type { DueToken, Reminder, ReminderKind, ReminderSubject } from './reminder.ts'

/** The tokens that a message named as due on a day, by their secrets. */
export interface NamedTokens {
  subject: string
  secrets: string[]
}

/** The newest rotation of a token. */
export interface Holder {
  secret: string
  rotation: number
  status: RotationStatus
  /** Whether it gave the token a new version. */
  renewed: boolean
}

/** What became of tokens: in an open rotation, renewed by one that is complete, or by one that was aborted; or no longer due. */
export type TokenAnswer = 'rotating' | 'done' | 'aborted' | 'not-due'

/** What a message asked for that is no longer to be done. */
export type Answered =
  | { kind: 'token-due'; answer: TokenAnswer; rotation: number | null; tokens: number }
  | { kind: Exclude<ReminderKind, 'token-due'>; subject: string }

export interface MessageNow {
  /** What still applies; of tokens, those that are free to be rotated. */
  pending: Reminder[]
  answered: Answered[]
}

/**
 * What a posted message says now.
 *
 * @param about what it was sent for
 * @param named the tokens that it named
 * @param reminders those of its subjects that apply now
 * @param holders the newest rotation of each named token
 */
export function messageNow(
  about: readonly ReminderSubject[],
  named: readonly NamedTokens[],
  reminders: readonly Reminder[],
  holders: readonly Holder[],
): MessageNow {
  const pending = reminders.flatMap((reminder): Reminder[] => {
    if (reminder.kind !== 'token-due') return [reminder]
    const tokens = reminder.tokens.filter(isFree)
    return tokens.length > 0 ? [{ ...reminder, tokens }] : []
  })
  return { pending, answered: about.flatMap((key) => answersTo(key, named, pending, holders)) }
}

const isFree = ({ rotation }: DueToken): boolean => rotation === null

function answersTo(
  { kind, subject }: ReminderSubject,
  named: readonly NamedTokens[],
  pending: readonly Reminder[],
  holders: readonly Holder[],
): Answered[] {
  const still = pending.find((each) => each.kind === kind && each.subject === subject)
  if (kind !== 'token-due') return still ? [] : [{ kind, subject }]
  const free = new Set(still?.kind === 'token-due' ? still.tokens.map(({ secret }) => secret) : [])
  const secrets = named.filter((each) => each.subject === subject).flatMap((each) => each.secrets)
  const answers = secrets.filter((secret) => !free.has(secret)).map((secret) => answerOf(secret, holders))
  const groups = Map.groupBy(answers, ({ answer, rotation }) => `${answer} ${rotation}`)
  return [...groups.values()].flatMap((group) =>
    group.slice(0, 1).map((first) => ({ kind, ...first, tokens: group.length })),
  )
}

function answerOf(
  secret: string,
  holders: readonly Holder[],
): { answer: TokenAnswer; rotation: number | null } {
  const holder = holders.find((each) => each.secret === secret)
  if (!holder) return { answer: 'not-due', rotation: null }
  const { status, rotation, renewed } = holder
  if (status !== 'complete' && status !== 'aborted') return { answer: 'rotating', rotation }
  if (!renewed) return { answer: 'not-due', rotation: null }
  return { answer: status === 'complete' ? 'done' : 'aborted', rotation }
}
