import type { Evidence } from '../evidence.ts'
import { repeated } from './count.ts'

/** Each call is one alert, and each alert is a call. */
export function pagesOnce({ alerts, events, jobs }: Evidence): string[] {
  const sent = jobs.filter(
    (job) =>
      job.kind === 'page' &&
      job.state === 'done' &&
      /trigger/.test(job.key) &&
      !job.result?.includes('skipped'),
  ).length
  const called = events.filter((event) => event.type === 'escalated').length
  const keys = alerts.map((alert) => alert.dedupKey)
  return [
    ...repeated(keys).map(([key, times]) => `${key} was paged ${times} times`),
    ...(keys.length < sent ? [`${sent} pages are done, and the pager has ${keys.length}`] : []),
    ...(called > 0 || keys.length === 0
      ? []
      : [`the pager has ${keys.length} alerts, and nobody was called`]),
  ]
}
