import type { HealthCheckReport, HealthCheckResult } from '#domain/ports/health-check-result'
import { sha256 } from '#domain/rotation/evidence'
import type { Instant } from '#domain/rotation/rotation'

export const AUTOMATION_SETTING = 'automation-problems'

/** What the daily check of the automation found. */
export interface AutomationProblem {
  /** The same for the same problem on every day: `workflows:3f2a91bc`, or `workflows:unread`. */
  key: string
  /** `unread`: it could not be read, and counts as broken only when that lasts. */
  condition: 'broken' | 'unread'
  /** Id and title of the health check. */
  check: string
  title: string
  sentence: string
  remediation: string
  /** The daily check that found it first. */
  since: Instant
  /** The newest daily check that found it. */
  seenAt: Instant
  resolvedAt: Instant | null
}

type Found = Omit<AutomationProblem, 'since' | 'seenAt' | 'resolvedAt'>

const DAY = 86_400_000
/** A resolved problem is kept for longer than quiet times and downtime hold back its message. */
const KEPT_DAYS = 30
const KEY_LENGTH = 8

/**
 * The problems after a daily check. A problem is resolved when its health check could look and did not find it.
 *
 * @param at the time for which the daily check was due
 */
export function updateProblems(
  before: readonly AutomationProblem[],
  reports: readonly HealthCheckReport[],
  at: Instant,
): AutomationProblem[] {
  const found = new Map(reports.flatMap(problemsOf).map((each) => [each.key, each]))
  const open = before.filter((each) => each.resolvedAt === null)
  const current = [...found.values()].map((each): AutomationProblem => {
    const since = open.find(({ key }) => key === each.key)?.since ?? at
    return { ...each, since, seenAt: at, resolvedAt: null }
  })
  const absent = open.filter(({ key }) => !found.has(key)).flatMap((each) => absentProblem(each, reports, at))
  const oldest = new Date(Date.parse(at) - KEPT_DAYS * DAY).toISOString()
  const resolved = before.filter(
    ({ key, resolvedAt }) => resolvedAt !== null && resolvedAt > oldest && !found.has(key),
  )
  return [...current, ...absent, ...resolved]
}

/** Resolved, or kept while its health check cannot look; dropped with a health check that no longer exists. */
function absentProblem(
  problem: AutomationProblem,
  reports: readonly HealthCheckReport[],
  at: Instant,
): AutomationProblem[] {
  const report = reports.find(({ id }) => id === problem.check)
  if (!report) return []
  const isUnclear = problem.condition === 'broken' && (report.results ?? []).some((each) => each.unread)
  return [isUnclear ? problem : { ...problem, resolvedAt: at }]
}

function problemsOf({ id: check, title, results }: HealthCheckReport): Found[] {
  const all = results ?? []
  const unread = all.find((each) => each.unread)
  return [
    ...all
      .filter((each) => each.condition === 'broken')
      .map((each) => problem(`${check}:${digestOf(each.subject ?? each.sentence)}`, 'broken', each)),
    ...(unread ? [problem(`${check}:unread`, 'unread', unread)] : []),
  ]

  function problem(key: string, condition: Found['condition'], result: HealthCheckResult): Found {
    const { sentence, remediation } = result
    return { key, condition, check, title, sentence, remediation: remediation ?? '' }
  }
}

/** Numbers are ages, counts and dates: they change from day to day while the problem does not. */
const digestOf = (sentence: string): string =>
  sha256(sentence.replace(/\b\d+(?:[.,:-]\d+)*\b/g, '#')).slice(0, KEY_LENGTH)
