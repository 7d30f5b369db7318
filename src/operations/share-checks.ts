import type { CheckResult } from '#domain/rotation/rotation'
import type { Freshness } from '#domain/tokens/secret'
import type { Context } from '#src/context'

type OnResult = (result: CheckResult) => void

/** Between the moment at which a request says how fresh it wants its readings, and the start. */
const TOLERANCE_MS = 1_000

interface UnderWay {
  /** In milliseconds of a clock that nobody sets. */
  startedAt: number
  freshness: Freshness
  results: CheckResult[]
  watchers: OnResult[]
  end: Promise<CheckResult[]>
}

const underWay = new WeakMap<Context, Map<string, UnderWay>>()

interface Shared {
  /** Equal for checks that judge the same. */
  key: string
  freshness: Freshness
  /** How long ago checks may have been started that serve this request too, in milliseconds. */
  startedWithin: number
  /** Called after each result, also for those that were there before the request. */
  onResult: OnResult
}

/** Runs checks, or waits for identical ones that are running: several people who open a step cost one run. */
export function shareChecks(
  context: Context,
  { key, freshness, startedWithin, onResult }: Shared,
  run: (onResult: OnResult) => Promise<CheckResult[]>,
): Promise<CheckResult[]> {
  const all = underWay.get(context) ?? new Map<string, UnderWay>()
  underWay.set(context, all)
  const known = all.get(key)
  if (known && serves(known, freshness, startedWithin)) {
    for (const result of known.results) onResult(result)
    known.watchers.push(onResult)
    return known.end
  }
  const results: CheckResult[] = []
  const watchers = [onResult]
  const end = run((result) => {
    results.push(result)
    for (const watcher of [...watchers]) watcher(result)
  }).finally(() => {
    if (all.get(key)?.end === end) all.delete(key)
  })
  all.set(key, { startedAt: performance.now(), freshness, results, watchers, end })
  return end
}

/** Whether the readings are as fresh as a request would have wanted them when the checks were started. */
function serves({ startedAt, freshness }: UnderWay, wanted: Freshness, startedWithin: number): boolean {
  const elapsed = performance.now() - startedAt
  return elapsed <= startedWithin && since(freshness) >= since(wanted) - elapsed - TOLERANCE_MS
}

const since = (freshness: Freshness): number =>
  freshness === 'listed' ? Number.NEGATIVE_INFINITY : freshness.describedSince
