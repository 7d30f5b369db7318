import { dueReminders } from '#domain/reminders/due-reminders'
import type { Reminder, ReminderSettings, ReminderState } from '#domain/reminders/reminder'
import type { Instant } from '#domain/rotation/rotation'
import { calendarOf } from '#domain/time/calendar'
import type { SeenToken } from '#domain/tokens/seen-token'

const MINUTE = 60_000

export const settings = (parts: Partial<ReminderSettings> = {}): ReminderSettings => ({
  timeZone: 'UTC',
  quiet: { from: '20:00', to: '08:00', weekends: true },
  hour: 9,
  operators: ['U0OPERATOR'],
  credentialKeepers: ['U0DEVOPSLEAD'],
  beforeDays: [7, 3, 1],
  dailyDays: 7,
  thirdDays: 28,
  stalledHours: 24,
  signOffHours: 4,
  evidenceHours: 4,
  unreadHours: 24,
  ...parts,
})

export const NEVER_QUIET = { from: '00:00', to: '00:00', weekends: false }

export const aSeenToken = (parts: Partial<SeenToken> = {}): SeenToken => ({
  agent: 'orchestrator',
  environment: 'production',
  secret: 'flashfusion/production/orchestrator/capability-token',
  owner: 'platform',
  cadenceDays: 30,
  currentSince: '2026-01-01T10:00:00.000Z',
  unreadSince: null,
  problem: null,
  ...parts,
})

export const aReminderState = (parts: Partial<ReminderState> = {}): ReminderState => ({
  tokens: [],
  rotations: [],
  closed: [],
  oldVersions: [],
  vacant: [],
  automation: [],
  snoozes: [],
  sent: [],
  ...parts,
})

export interface SentReminders {
  at: Instant
  reminders: Reminder[]
}

/** Simulates a period and returns the sent messages. */
export function simulateReminders(
  { from, to, stepMinutes = 15 }: { from: Instant; to: Instant; stepMinutes?: number },
  settingsOf: ReminderSettings,
  stateAt: (now: Instant) => Partial<ReminderState> | 'down',
): SentReminders[] {
  const messages: SentReminders[] = []
  const sent: Reminder[] = []
  for (let ms = Date.parse(from); ms < Date.parse(to); ms += stepMinutes * MINUTE) {
    const at = new Date(ms).toISOString()
    const state = stateAt(at)
    if (state === 'down') continue
    const reminders = dueReminders(aReminderState({ ...state, sent }), at, settingsOf)
    if (reminders.length === 0) continue
    sent.push(...reminders)
    messages.push({ at, reminders })
  }
  return messages
}

const two = (number: number) => String(number).padStart(2, '0')

/** `01-24 09:00` in a time zone. */
export function wallClock(at: Instant, timeZone: string): string {
  const calendar = calendarOf(timeZone)
  const day = new Date(calendar.dayNumber(at) * 86_400_000).toISOString().slice(5, 10)
  const minute = calendar.minuteOfDay(at)
  return `${day} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
