import { insertJobs } from '#db/queries/outbox-jobs'
import { findOpenRotations } from '#db/queries/rotations'
import { environmentsLeft } from '#domain/rotation/promotion'
import type { Instant } from '#domain/rotation/rotation'
import { calendarOf } from '#domain/time/calendar'
import { barredBy, deployTimes, permittedUntil, type Windows } from '#domain/time/windows'
import { cardEditJob } from '#outbox/queue/slack-jobs'
import { windowsOf } from '#read-models/windows'
import type { Context } from '#src/context'

/** Redraws the cards of rotations that are being promoted when the window of an environment opens or closes. */
export async function refreshWindows(context: Context): Promise<void> {
  const windows = windowsOf(context)
  if (Object.keys(windows.deploy).length === 0 && windows.freezes.length === 0) return
  const now = context.clock.now()
  const jobs = (await findOpenRotations(context.db)).flatMap((rotation) => {
    const left = environmentsLeft(rotation, context.config.environments)
    const phases = left.map(({ name }) => `${name}:${phaseOf(windows, name, now)}`)
    return phases.length > 0 ? [cardEditJob(rotation.id, `windows:${phases.join(',')}`)] : []
  })
  if (jobs.length === 0) return
  // A key that is known adds no job, so each opening and closing redraws once.
  await insertJobs(context.db, jobs, now)
  context.outbox.wake()
}

/** Names the time for which an environment's window stays as it is. */
function phaseOf(windows: Windows, environment: string, now: Instant): string {
  const calendar = calendarOf(windows.timeZone)
  const times = deployTimes(windows, environment)
  const barred = barredBy(calendar, now, times)
  return barred ? `closed:${barred.next}` : `open:${permittedUntil(calendar, now, times)}`
}
