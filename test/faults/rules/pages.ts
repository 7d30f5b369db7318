import type { Evidence } from '../evidence.ts'
import { repeated } from './count.ts'

/** Each call is one alert, and each alert is a call. */
export function pagesOnce({ alerts, events, jobs }: Evidence): string[] {
  const triggers = jobs.filter((job) => job.kind === 'page' && /trigger/.test(job.key))
  const sent = triggers.filter((job) => job.state === 'done' && !job.result?.includes('skipped')).length
  const called = events.filter((event) => event.type === 'escalated').length
  // A page that was on its way when it was resolved opens it again; then it is resolved once more.
  const wasResolvedAgain = jobs.some((job) => job.key.endsWith(':resolve-again') && job.state === 'done')
  const isLate = (key: string) =>
    wasResolvedAgain && alerts.every((alert) => alert.dedupKey !== key || alert.status === 'resolved')
  const all = alerts.map((alert) => alert.dedupKey)
  const keys = all.filter((key, index) => all.indexOf(key) === index || !isLate(key))
  return [
    ...repeated(keys).map(([key, times]) => `${key} was paged ${times} times`),
    ...(keys.length < sent ? [`${sent} pages are done, and the pager has ${keys.length}`] : []),
    ...(keys.length > triggers.length
      ? [`the pager has ${keys.length} alerts of ${triggers.length} pages`]
      : []),
    ...(called > 0 || keys.length === 0
      ? []
      : [`the pager has ${keys.length} alerts, and nobody was called`]),
  ]
}
