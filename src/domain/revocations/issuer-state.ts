import { type Instant, isRunning, type RevokeMode, type Run } from '#domain/rotation/rotation'
import { parseInstant } from '#domain/time/parse-instant'
import type { Secret } from '#domain/tokens/secret'

/** What the issuer does with a version: it accepts it, refuses it for now, or refuses it for good. */
export const ISSUER_STATES = ['live', 'disabled', 'destroyed'] as const
export type IssuerState = (typeof ISSUER_STATES)[number]

const isIssuerState = (text: string): text is IssuerState =>
  (ISSUER_STATES as readonly string[]).includes(text)

/**
 * What the revocation workflow wrote about a version into the tag `revocation`: `<version>:<state>:<time>`, separated by spaces for
 * several versions. Both are null when there is no such entry, or it cannot be read.
 */
export function issuerStateOf(
  { tags }: Pick<Secret, 'tags'>,
  versionId: string,
): { issuer: IssuerState | null; issuerAt: Instant | null } {
  const entries = (tags.revocation ?? '').split(/\s+/)
  for (const entry of entries) {
    const [, version, state = '', time = ''] = /^([^:]+):([a-z]+):(.+)$/.exec(entry) ?? []
    const at = parseInstant(time)
    if (version === versionId && isIssuerState(state) && !Number.isNaN(at))
      return { issuer: state, issuerAt: new Date(at).toISOString() }
  }
  return { issuer: null, issuerAt: null }
}

/** A version with what is known of it. */
interface KnownVersion {
  secret: string
  versionId: string
  issuer: IssuerState | null
  issuerAt: Instant | null
}

/**
 * What the issuer did last. A lost tag takes nothing back. A version that the bot disabled, or had accepted again, is so since that
 * run at the earliest: the tag has the time of whoever did it first, by the clock of the machine that wrote it.
 */
export function lastIssuerState(
  row: KnownVersion,
  secret: Secret,
  runs: readonly Run[],
): Pick<KnownVersion, 'issuer' | 'issuerAt'> {
  const { issuer, issuerAt } = issuerStateOf(secret, row.versionId)
  if (issuer === null || issuerAt === null) return { issuer: row.issuer, issuerAt: row.issuerAt }
  if (issuer === 'destroyed') return { issuer, issuerAt }
  const run = runOf(row, runs, issuer === 'disabled' ? 'disable' : 'restore')
  if (!run || run.state === 'failed') return { issuer, issuerAt }
  const times = [issuerAt, run.requestedAt, run.startedAt].flatMap((at) => (at ? [Date.parse(at)] : []))
  return { issuer, issuerAt: new Date(Math.max(...times)).toISOString() }
}

/** The newest run that began in the CI and did this to a version. */
const runOf = (row: KnownVersion, runs: readonly Run[], mode: RevokeMode): Run | undefined =>
  runs.findLast(
    ({ target, runId }) =>
      runId !== null &&
      target?.mode === mode &&
      target.versions.some((each) => each.secret === row.secret && each.versionId === row.versionId),
  )

/** The tag alone can be written by anybody, and a run alone can end without having done anything. */
export function proofByRun(row: KnownVersion, runs: readonly Run[]): string | null {
  if (row.issuer !== 'destroyed') return null
  const run = runOf(row, runs, 'destroy')
  if (!run || isRunning(run)) return null
  // One that failed may have stopped before this version: its tag is of the time in which it ran.
  if (run.state === 'failed' && !isWithin(row.issuerAt, run)) return null
  return `run ${run.runId} destroyed it at the issuer at ${row.issuerAt}`
}

/** Whether something was tagged while a run ran; the CI tells whole seconds only. */
const isWithin = (at: Instant | null, { startedAt, finishedAt }: Run): boolean =>
  at !== null &&
  startedAt !== null &&
  finishedAt !== null &&
  seconds(at) >= seconds(startedAt) &&
  seconds(at) <= seconds(finishedAt)

const seconds = (at: Instant): number => Math.floor(Date.parse(at) / 1000)
