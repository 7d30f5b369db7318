import { canonicalJson } from '#domain/canonical-json'
import { sha256 } from './evidence.ts'
import { type CheckResult, isRunning, type Rotation, type Run } from './rotation.ts'

/** The tables that hold a rotation. */
export const RECORDED = ['rotations', 'tokens', 'steps', 'signOffs', 'exceptions', 'runs'] as const
export type RecordedTable = (typeof RECORDED)[number]

/** The digests of what tables hold of a rotation after a change; those that the change left alone are not in it. */
export type RecordDigests = Partial<Record<RecordedTable, string>>

/** What the tables hold, without the order of rows and what goes on while a run is under way. */
const CONTENT: Record<RecordedTable, (rotation: Rotation) => unknown> = {
  rotations: ({ tokens: _, steps: __, signOffs, exceptions, runs, version, ...own }) => own,
  tokens: ({ tokens }) => sorted(tokens, ({ secret }) => secret),
  steps: ({ steps }) => steps,
  signOffs: ({ signOffs }) => signOffs,
  exceptions: ({ exceptions }) => exceptions,
  runs: ({ runs }) =>
    sorted(runs.map(runContent), ({ kind, attempt }) => `${kind}:${String(attempt).padStart(6, '0')}`),
}

function runContent(run: Run) {
  const { kind, environment, system, attempt, requestedBy, requestedAt, target, windowReason, adopted } = run
  const asked = {
    kind,
    environment,
    system,
    attempt,
    requestedBy,
    requestedAt,
    target,
    windowReason,
    adopted,
  }
  if (isRunning(run)) return asked
  const { state, runId, url, conclusion, startedAt, finishedAt, runAttempt } = run
  return { ...asked, state, runId, url, conclusion, startedAt, finishedAt, runAttempt }
}

const sorted = <T>(items: readonly T[], keyOf: (item: T) => string): T[] =>
  items.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))

/** What a table holds of a rotation, as canonical JSON (RFC 8785). */
export const recordContent = (table: RecordedTable, rotation: Rotation): string =>
  canonicalJson(CONTENT[table](rotation))

/** The digest of what a table holds of a rotation. */
export const recordDigest = (table: RecordedTable, rotation: Rotation): string =>
  sha256(recordContent(table, rotation))

/** What a change did to the record; null where it changed nothing of it. @param before null for a new rotation */
export function recordDigests(before: Rotation | null, after: Rotation): RecordDigests | null {
  const digests = RECORDED.flatMap((table) => {
    if (before && table !== 'rotations' && before[table] === after[table]) return []
    const digest = recordDigest(table, after)
    return before && recordDigest(table, before) === digest ? [] : [[table, digest] as const]
  })
  return digests.length > 0 ? Object.fromEntries(digests) : null
}

/** The digest of a check's result, all of it. */
export const resultDigest = (result: CheckResult): string => sha256(canonicalJson(result))
