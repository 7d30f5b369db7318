import { describe, expect, it } from 'vitest'
import type { HealthCheckReport, HealthCheckResult } from '#domain/ports/health-check-result'
import { type AutomationProblem, updateProblems } from '#domain/reminders/automation-problems'
import { maySnooze } from '#domain/reminders/due-reminders'
import type { Reminder } from '#domain/reminders/reminder'
import type { Instant } from '#domain/rotation/rotation'
import { calendarOf } from '#domain/time/calendar'
import { latestAt } from '#domain/time/daily'
import { NEVER_QUIET, settings, simulateReminders, wallClock } from '#test/support/reminder-year'

const broken = (sentence: string): HealthCheckResult => ({
  condition: 'broken',
  sentence,
  remediation: 'Do this.',
})
const UNREAD: HealthCheckResult = {
  condition: 'unknown',
  sentence: '503',
  remediation: 'Wait.',
  unread: true,
}
/** Unknown by its nature, such as a permission that cannot be checked in advance. */
const UNKNOWN: HealthCheckResult = { condition: 'unknown', sentence: 'untried', remediation: 'Try it.' }
const FINE: HealthCheckResult = { condition: 'fine', sentence: 'active', remediation: null }

const report = (id: string, ...results: HealthCheckResult[]): HealthCheckReport => ({
  id,
  title: `Title of ${id}`,
  results,
})

const day = (count: number): Instant => new Date(Date.UTC(2026, 5, count, 9)).toISOString()

/** The problems after one daily check a day, from 1 June, as `broken one (1)`: condition, sentence, since; `✓` when resolved. */
const after = (...days: HealthCheckReport[][]): string[] =>
  days
    .reduce<AutomationProblem[]>(
      (before, reports, index) => updateProblems(before, reports, day(index + 1)),
      [],
    )
    .map(
      ({ condition, sentence, since, resolvedAt }) =>
        `${resolvedAt ? '✓ ' : ''}${condition} ${sentence} (${Number(since.slice(8, 10))})`,
    )

describe('the problems after a daily check', () => {
  it.each<[string, HealthCheckReport[][], string[]]>([
    ['are none when all is fine', [[report('a', FINE)]], []],
    ['are none where it is unknown by nature', [[report('a', UNKNOWN)], [report('a', UNKNOWN)]], []],
    ['are none before a report', [[{ id: 'a', title: 'A', results: null }]], []],
    [
      'date from the first day',
      [[report('a', broken('one'))], [report('a', broken('one'))]],
      ['broken one (1)'],
    ],
    [
      'are the same when only numbers and dates changed',
      [
        [report('a', broken('3 of 9, 26 h old, on 2026-06-01'))],
        [report('a', broken('4 of 9, 50 h old, on 2026-06-02'))],
      ],
      ['broken 4 of 9, 50 h old, on 2026-06-02 (1)'],
    ],
    [
      'are others when a name changed',
      [[report('a', broken('no account U01'))], [report('a', broken('no account U02'))]],
      ['broken no account U02 (2)', '✓ broken no account U01 (1)'],
    ],
    [
      'of one health check each have their own date',
      [[report('a', broken('one'))], [report('a', broken('one'), broken('two'))]],
      ['broken one (1)', 'broken two (2)'],
    ],
    [
      'are resolved when it is fine',
      [[report('a', broken('one'))], [report('a', FINE)]],
      ['✓ broken one (1)'],
    ],
    [
      'are resolved where what remains is unknown by nature',
      [[report('a', broken('one'))], [report('a', UNKNOWN)]],
      ['✓ broken one (1)'],
    ],
    [
      'stay broken while nobody can look',
      [[report('a', broken('one'))], [report('a', UNREAD)]],
      ['unread 503 (2)', 'broken one (1)'],
    ],
    ['date from the first day unread', [[report('a', UNREAD)], [report('a', UNREAD)]], ['unread 503 (1)']],
    [
      'unread are resolved by any look, which may find it broken',
      [[report('a', UNREAD)], [report('a', broken('one'))]],
      ['broken one (2)', '✓ unread 503 (1)'],
    ],
    [
      'that come back begin again',
      [[report('a', broken('one'))], [report('a', FINE)], [report('a', broken('one'))]],
      ['broken one (3)'],
    ],
    [
      'of a health check that was removed are dropped',
      [[report('a', broken('one'))], [report('b', FINE)]],
      [],
    ],
    [
      'resolved are kept for 30 days',
      [[report('a', broken('one'))], ...Array.from({ length: 31 }, () => [report('a', FINE)])],
      [],
    ],
  ])('%s', (_, days, expected) => {
    expect(after(...days)).toEqual(expected)
  })
})

interface Year {
  timeZone?: string
  quiet?: typeof NEVER_QUIET
  unreadHours?: number
  from?: Instant
  to?: Instant
}

/** What is said of the automation: a check at 9 each day, and reminders every 15 minutes. */
function said(
  reportsAt: (due: Instant) => HealthCheckReport[],
  { timeZone = 'UTC', quiet = NEVER_QUIET, unreadHours = 24, from = day(1), to = day(20) }: Year = {},
): string[] {
  let problems: AutomationProblem[] = []
  let checked = ''
  const config = settings({ timeZone, quiet, unreadHours })
  const sent = simulateReminders({ from, to }, config, (now) => {
    const due = latestAt(calendarOf(timeZone), now, config.hour)
    if (due > checked && due >= from) {
      checked = due
      problems = updateProblems(problems, reportsAt(due), due)
    }
    return { automation: problems }
  })
  return sent.map(({ at, reminders }) => `${wallClock(at, timeZone)} ${reminders.map(words).join(', ')}`)
}

const words = (reminder: Reminder): string => {
  if (reminder.kind === 'automation-broken') return reminder.problem.sentence
  if (reminder.kind === 'automation-resolved')
    return `✓ ${reminder.problems.map((each) => each.sentence).join(' and ')}, ${reminder.left} left`
  return reminder.kind
}

/** Whether a daily check is of one of these days of June. */
const within = (due: Instant, first: number, last: number): boolean => due >= day(first) && due <= day(last)

const OFFICE = { from: '20:00', to: '08:00', weekends: true }

describe('what is said of the automation', () => {
  it('follows the schedule of the other reminders while it is the same, and ends with one line', () => {
    const reports = (due: Instant) => [report('a', within(due, 2, 15) ? broken('one') : FINE)]
    expect(said(reports)).toEqual([
      ...['06-02', '06-03', '06-04', '06-05', '06-06', '06-07', '06-08', '06-09'].map(
        (each) => `${each} 09:00 one`,
      ),
      ...['06-12 09:00 one', '06-15 09:00 one', '06-16 09:00 ✓ one, 0 left'],
    ])
  })

  it('names a second problem at once, and what is left when one is resolved', () => {
    const reports = (due: Instant) => [
      report(
        'a',
        ...(within(due, 2, 4) ? [broken('one')] : []),
        ...(within(due, 3, 5) ? [broken('two')] : []),
      ),
    ]
    expect(said(reports)).toEqual([
      '06-02 09:00 one',
      '06-03 09:00 one, two',
      '06-04 09:00 one, two',
      '06-05 09:00 two, ✓ one, 1 left',
      '06-06 09:00 ✓ two, 0 left',
    ])
  })

  it.each([
    [24, ['06-03 09:00 503', '06-04 09:00 503', '06-05 09:00 ✓ 503, 0 left']],
    [25, ['06-04 09:00 503', '06-05 09:00 ✓ 503, 0 left']],
    [1, ['06-03 09:00 503', '06-04 09:00 503', '06-05 09:00 ✓ 503, 0 left']],
    [72, []],
  ])('calls broken what could not be read for %i hours', (unreadHours, expected) => {
    expect(said((due) => [report('a', within(due, 2, 4) ? UNREAD : FINE)], { unreadHours })).toEqual(expected)
  })

  it('asks who has the bot’s own credentials replaced, first on the first day, as one problem until it is solved', () => {
    const ends = (due: Instant) => ({
      ...broken(due < day(4) ? 'It ends in 1 day' : 'It ended'),
      subject: 'The GitHub token',
    })
    let problems: AutomationProblem[] = []
    const config = settings({ quiet: NEVER_QUIET })
    const sent = simulateReminders({ from: day(2), to: day(6) }, config, (now) => {
      const due = latestAt(calendarOf('UTC'), now, 9)
      problems = updateProblems(
        problems,
        [report('own-credentials', ends(due)), report('b', broken('b'))],
        due,
      )
      return { automation: problems }
    })
    const asked = sent.map(({ reminders }) =>
      reminders.map((each) =>
        each.kind === 'automation-broken' ? [each.isFirst, ...each.asked] : each.kind,
      ),
    )
    expect(asked).toEqual([
      [[true, 'U0DEVOPSLEAD'], [true]],
      ...[3, 4, 5].map(() => [[false, 'U0DEVOPSLEAD'], [false]]),
    ])
  })

  it('waits for quiet times to end, and leaves out what was resolved meanwhile', () => {
    // 6 and 7 June are a weekend.
    const reports = (due: Instant) => [
      report(
        'a',
        ...(within(due, 6, 8) ? [broken('one')] : []),
        ...(within(due, 6, 6) ? [broken('two')] : []),
      ),
    ]
    expect(said(reports, { quiet: OFFICE })).toEqual(['06-08 09:00 one', '06-09 09:00 ✓ one, 0 left'])
  })

  it.each([
    ['forward', '2026-03-28T08:00:00.000Z', '2026-03-31T00:00:00.000Z'],
    ['back', '2026-10-24T07:00:00.000Z', '2026-10-27T00:00:00.000Z'],
  ])('comes daily when clocks go %s', (_, from, to) => {
    const found = said(() => [report('a', broken('one'))], { timeZone: 'Europe/Berlin', from, to })
    expect(found.map((each) => each.slice(6))).toEqual(['09:00 one', '09:00 one', '09:00 one'])
  })

  it('says nothing before the day’s check of a problem that may be solved', () => {
    const [problem] = updateProblems([], [report('a', broken('one'))], day(1))
    const at = { from: '2026-06-02T10:00:00.000Z', to: '2026-06-02T11:00:00.000Z' }
    const config = settings({ quiet: NEVER_QUIET })
    expect(simulateReminders(at, config, () => ({ automation: problem ? [problem] : [] }))).toEqual([])
  })

  it('can be snoozed while it is broken', () => {
    expect(maySnooze({ kind: 'automation-broken', urgent: false }, false)).toBe(true)
    expect(maySnooze({ kind: 'automation-resolved', urgent: false }, false)).toBe(false)
  })
})

it.each([
  ['UTC', '2026-06-02T09:00:00.000Z', '2026-06-02T09:00:00.000Z'],
  ['UTC', '2026-06-02T08:59:59.999Z', '2026-06-01T09:00:00.000Z'],
  ['Europe/Berlin', '2026-06-02T07:30:00.000Z', '2026-06-02T07:00:00.000Z'],
  ['America/New_York', '2026-06-02T12:30:00.000Z', '2026-06-01T13:00:00.000Z'],
])('the newest 9 o’clock in %s at %s is %s', (timeZone, now, expected) => {
  expect(latestAt(calendarOf(timeZone), now, 9)).toBe(expected)
})
