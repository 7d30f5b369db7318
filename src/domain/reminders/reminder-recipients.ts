import type { Reminder } from './reminder.ts'

export type Owners = Readonly<Record<string, string>>

const isPerson = (id: string): boolean => !id.startsWith('S')

function recipientsOf(reminder: Reminder, owners: Owners): string[] {
  if (reminder.kind === 'stalled' || reminder.kind === 'evidence-missing') return [reminder.owner]
  if (reminder.kind === 'deployment-missing' || reminder.kind === 'decision-missing') return reminder.people
  if (reminder.kind !== 'token-due' && reminder.kind !== 'token-unread') return []
  return [
    ...new Set(
      reminder.tokens.flatMap(
        (token) => (Object.hasOwn(owners, token.owner) ? owners[token.owner] : []) ?? [],
      ),
    ),
  ]
}

/** The people who get a direct message; user groups are mentioned in the channel. */
export const directRecipients = (reminders: Reminder[], owners: Owners): string[] => [
  ...new Set(reminders.flatMap((reminder) => recipientsOf(reminder, owners)).filter(isPerson)),
]

export const remindersFor = (user: string, reminders: Reminder[], owners: Owners): Reminder[] =>
  reminders
    .filter((reminder) => recipientsOf(reminder, owners).includes(user))
    .map((reminder) =>
      reminder.kind === 'token-due'
        ? { ...reminder, tokens: reminder.tokens.filter((token) => owners[token.owner] === user) }
        : reminder.kind === 'token-unread'
          ? { ...reminder, tokens: reminder.tokens.filter((token) => owners[token.owner] === user) }
          : reminder,
    )
