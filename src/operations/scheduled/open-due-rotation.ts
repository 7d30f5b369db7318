import {
  findClaimed,
  findOpenWithLastMove,
  findSeenTokens,
  findSnoozes,
  insertClaim,
} from '#db/queries/reminders'
import { rotationBySecret } from '#domain/reminders/pending-reminders'
import { Refusal } from '#domain/rotation/refusal'
import type { Instant } from '#domain/rotation/rotation'
import { calendarOf, dayName, isQuiet } from '#domain/time/calendar'
import { barredStart } from '#domain/time/windows'
import { dueDay } from '#domain/tokens/due-day'
import type { SeenToken } from '#domain/tokens/seen-token'
import { startRotation } from '#operations/start-rotation'
import { windowsOf } from '#read-models/windows'
import type { Context } from '#src/context'

/** Setting that records that a rotation was opened for a due date. */
const OPENED = 'opened'

/**
 * If configured, opens a rotation for due tokens, owned by the first operator: once per due date, even if it is aborted,
 * and never for tokens in an open rotation.
 */
export async function openDueRotation(context: Context): Promise<void> {
  const { cadence, people } = context.config
  const owner = people.operators.find((id) => !id.startsWith('S'))
  if (!cadence['open-automatically'] || owner === undefined) return
  const now = context.clock.now()
  // The reminder says when the window opens; the first tick after that opens the rotation.
  if (barredStart(windowsOf(context), now)) return
  const due = await findDue(context, now)
  if (due.length === 0) return
  const days = [...new Set(due.map((each) => each.day))]
  try {
    await startRotation(context, {
      by: owner,
      trigger: 'cadence',
      severity: null,
      reason: `Due since ${days[0]}; opened by the schedule.`,
      scope: { environments: [], agents: [], secrets: due.map(({ token }) => token.secret) },
      alongside: async (tx) => {
        for (const subject of days)
          if (!(await insertClaim(tx, { kind: OPENED, subject, due: dueInstant(subject), claimedAt: now })))
            throw new Refusal('changed-meanwhile', {})
      },
    })
  } catch (error) {
    // The tokens are already in a rotation, or the registry changed: the next tick decides again.
    if (!(error instanceof Refusal)) throw error
    context.log.info({ code: error.code }, 'no rotation was opened by the schedule')
  }
}

const dueInstant = (day: string): Instant => `${day}T00:00:00.000Z`

interface Due {
  token: SeenToken
  day: string
}

async function findDue({ db, config }: Context, now: Instant): Promise<Due[]> {
  const { cadence, reminders, quiet } = config
  const calendar = calendarOf(cadence['time-zone'])
  const today = calendar.dayNumber(now)
  if (isQuiet(calendar, now, quiet) || now < calendar.at(today, reminders.hour)) return []
  const taken = rotationBySecret(await findOpenWithLastMove(db))
  const opened = await findClaimed(db, OPENED, dueInstant(dayName(today - 400)))
  // A snoozed due date must not start automatically.
  const snoozed = (await findSnoozes(db, now)).filter((each) => each.kind === 'token-due')
  const isSnoozed = (day: string) => snoozed.some((each) => each.subject === day)
  return (await findSeenTokens(db))
    .flatMap((token): Due[] => {
      const day = dueDay(token, calendar)
      return day === null || day > today || taken.has(token.secret) ? [] : [{ token, day: dayName(day) }]
    })
    .filter(({ day }) => !opened.has(day) && !isSnoozed(day))
    .sort((a, b) => a.day.localeCompare(b.day))
}
