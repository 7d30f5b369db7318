import type { Instant, RevokeMode, Run } from '#domain/rotation/rotation'
import { isRunning } from '#domain/rotation/rotation'
import type { VersionUse } from '#domain/tokens/version-use'
import type { RetirementStage, Revocation } from './revocation.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A failed revocation run is tried again after this long, this many times; then a person decides. */
const RETRY_MS = 10 * MINUTE
const MOST_FAILURES = 3

/** How an old version is used; `refused`: an agent was refused since it was disabled. */
export type OldVersionUse = VersionUse | { state: 'refused'; sentence: string }

/** How long a disabled version is watched before it is destroyed. */
export interface WatchTimes {
  watchMinutes: number
  /** A watch that does not end by itself is decided by a person after this many hours. */
  watchHours: number
}

export interface RetirementSettings extends WatchTimes {
  /** Whether the issuer can disable a version and accept it again. */
  reversible: boolean
}

export interface RetirementInput {
  /** Every revocation run of the version, oldest first. */
  runs: readonly Run[]
  /**
   * The use since the version's environment was verified, or since it was disabled; null where nothing was read, because no use
   * decides.
   */
  use: OldVersionUse | null
  now: Instant
  settings: RetirementSettings
}

/** What happens to an old version next: a run of the revocation workflow, or waiting. */
export type NextRetirement =
  | { act: Extract<RevokeMode, 'disable' | 'destroy' | 'restore' | 'make-current'>; note: string }
  | { act: 'wait'; stage: RetirementStage; note: string }

const wait = (stage: RetirementStage, note: string): NextRetirement => ({ act: 'wait', stage, note })

const passed = (since: Instant | null, ms: number, now: Instant): boolean =>
  since !== null && Date.parse(now) - Date.parse(since) >= ms

/**
 * Until when a disabled version is watched at least, or at most when that has passed; null while it is not disabled.
 */
export function watchedUntil(
  { issuer, issuerAt }: Pick<Revocation, 'issuer' | 'issuerAt'>,
  { watchMinutes, watchHours }: WatchTimes,
  now: Instant,
): { at: Instant; isLatest: boolean } | null {
  if (issuer !== 'disabled' || issuerAt === null) return null
  const after = (ms: number): Instant => new Date(Date.parse(issuerAt) + ms).toISOString()
  const least = after(watchMinutes * MINUTE)
  return now < least ? { at: least, isLatest: false } : { at: after(watchHours * HOUR), isLatest: true }
}

/** Whether the use of an old version decides what happens to it next. */
export const dependsOnUse = (row: Revocation, settings: RetirementSettings): boolean =>
  row.state === 'waiting' &&
  row.issuer !== 'destroyed' &&
  row.forcedAt === null &&
  (row.issuer === 'disabled' || (row.verifiedAt !== null && settings.reversible))

/** Since when the use of an old version is looked at. */
export const usedSince = (row: Revocation): Instant =>
  [row.verifiedAt ?? row.replacedAt, row.issuerAt ?? ''].sort().at(-1) ?? row.replacedAt

/**
 * What happens to an old version next. It is disabled when its environment runs on a newer version and nobody uses the old one,
 * watched, and destroyed; or accepted again when agents are refused. Only a person's decision (`forcedAt`) goes before use.
 */
export function nextRetirement(row: Revocation, input: RetirementInput): NextRetirement {
  const { runs, now } = input
  const last = runs.at(-1)
  if (last && isRunning(last))
    return wait(RUNNING[last.target?.mode ?? 'disable'], 'the revocation workflow runs')
  if (last && !isRead(row, last))
    return wait(RUNNING[last.target?.mode ?? 'disable'], 'the revocation workflow ended; its result is read')
  const failure = last && failureOf(row, runs, now)
  if (failure) return failure
  if (row.forcedAt !== null) return nextOfForced(row, input)
  if (row.issuer === 'disabled') return nextOfDisabled(row, input)
  return nextOfLive(row, input)
}

const RUNNING: Record<RevokeMode, RetirementStage> = {
  disable: 'disabling',
  destroy: 'destroying',
  restore: 'restoring',
  'make-current': 'restoring',
}

/** Whether the version was read after its last run had ended. */
const isRead = ({ lastCheckedAt }: Revocation, { finishedAt, requestedAt }: Run): boolean =>
  lastCheckedAt !== null && lastCheckedAt >= (finishedAt ?? requestedAt)

/** What the last run should have made of the version. */
const EXPECTED: Record<RevokeMode, Revocation['issuer']> = {
  disable: 'disabled',
  destroy: 'destroyed',
  restore: 'live',
  'make-current': 'live',
}

/** Waits after a run that did not do what it should, and then tries again; null when nothing failed. */
function failureOf(row: Revocation, runs: readonly Run[], now: Instant): NextRetirement | null {
  const last = runs.at(-1)
  if (!last?.target) return null
  const { mode } = last.target
  if (row.issuer === EXPECTED[mode] && (row.issuerAt ?? '') >= (last.startedAt ?? '').slice(0, 19))
    return null
  const what = last.state === 'failed' ? 'failed' : 'ended without writing its tag'
  const failures = runs.length - runs.findLastIndex((run) => run.target?.mode !== mode) - 1
  if (failures >= MOST_FAILURES)
    return wait('person', `the revocation workflow ${what} ${failures} times; the version is as it was`)
  const ended = last.finishedAt ?? last.requestedAt
  if (!passed(ended, RETRY_MS, now))
    return wait(
      RUNNING[mode],
      `the revocation workflow ${what}; it is started again in ${RETRY_MS / MINUTE} min`,
    )
  return null
}

/** A person decided: no use is asked for. The time between keeps a way back from a mistake. */
function nextOfForced(row: Revocation, { settings, now }: RetirementInput): NextRetirement {
  if (!settings.reversible) return { act: 'destroy', note: 'a person decided to revoke it now' }
  if (row.issuer !== 'disabled') return { act: 'disable', note: 'a person decided to revoke it now' }
  if (!passed(row.issuerAt, settings.watchMinutes * MINUTE, now))
    return wait('watch', `disabled; destroyed ${settings.watchMinutes} min after that`)
  return { act: 'destroy', note: `disabled ${settings.watchMinutes} min ago` }
}

function nextOfLive(row: Revocation, { use, settings }: RetirementInput): NextRetirement {
  if (row.verifiedAt === null)
    return wait('deployment', `${row.environment} was not verified to run on the new version yet`)
  if (row.issuer === 'live' && row.issuerAt !== null && row.issuerAt > row.verifiedAt)
    return wait(
      'person',
      'it was accepted again, because agents were refused; deploy again, or revoke it now',
    )
  if (!settings.reversible)
    return wait('person', 'its issuer cannot disable a version, so a person decides when it is destroyed')
  if (use?.state === 'unused') return { act: 'disable', note: use.sentence }
  return wait('use', use?.sentence ?? 'its use was not read yet')
}

function nextOfDisabled(row: Revocation, { use, settings, now }: RetirementInput): NextRetirement {
  if (use?.state === 'refused' && row.leakedIn === null) return { act: 'restore', note: use.sentence }
  if (!passed(row.issuerAt, settings.watchMinutes * MINUTE, now))
    return wait('watch', `disabled; watched for ${settings.watchMinutes} min`)
  // A leaked version stays disabled whoever is refused, so nothing is left to be seen.
  if (row.leakedIn !== null) return { act: 'destroy', note: 'leaked, and disabled' }
  if (use?.state === 'unused') return { act: 'destroy', note: use.sentence }
  const note = use?.sentence ?? 'its use was not read yet'
  return passed(row.issuerAt, settings.watchHours * HOUR, now)
    ? wait('person', `disabled for more than ${settings.watchHours} h, and ${note}`)
    : wait('watch', `disabled; ${note}`)
}
