import { type Verification, verificationOf } from '#domain/rotation/attestations'
import {
  type CheckDefinition,
  type CheckId,
  type CheckPhase,
  environmentOfCheck,
} from '#domain/rotation/checks'
import {
  type CheckState,
  type Evidence,
  type Exception,
  isWaitingCheck,
  type Rotation,
  stepOf,
} from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import { isPhaseOpen } from '#domain/rotation/turn'
import type { RotationState } from './state.ts'
import { escapeUntrusted, link, list, plural } from './text.ts'

export type CheckAppearance = CheckState | 'waiting' | 'running' | 'not-run'

/** Sign and word of a check state; the word alone must be enough. */
export const CHECK_WORDS: Record<CheckAppearance, { sign: string; word: string }> = {
  passed: { sign: '✓', word: 'passed' },
  failed: { sign: '✗', word: 'failed' },
  unknown: { sign: '?', word: 'not read' },
  waiting: { sign: '…', word: 'waiting' },
  running: { sign: '…', word: 'checking' },
  'not-run': { sign: '·', word: 'not checked yet' },
}

/** The checks of a step, or of the promotion, in display order. */
export const definitionsOf = ({ definitions }: RotationState, step: CheckPhase): CheckDefinition[] =>
  definitions.filter((each) => each.step === step)

/** What the results say of a statement of the runbook. */
export const verificationIn = (state: RotationState, step: StepId, id: string): Verification =>
  verificationOf(step, id, { checks: state.definitions, results: state.checks })

export const resultOf = (state: RotationState, check: CheckId) =>
  state.checks.find((result) => result.check === check)

export function appearance(state: RotationState, check: CheckId): CheckAppearance {
  if (state.running.includes(check)) return 'running'
  const result = resultOf(state, check)
  if (!result) return 'not-run'
  return isWaitingCheck(result) ? 'waiting' : result.state
}

/** The exception that overrides a check; one of an earlier round counts only while what it was recorded for is still done. */
export function exceptionFor({ rotation }: RotationState, check: CheckId): Exception | undefined {
  return rotation.exceptions.findLast(
    (each) => each.check === check && (each.round === rotation.round || isStillDone(rotation, each)),
  )
}

/** Whether a statement was overridden: a check of it has an exception instead of a pass. */
export const isOverridden = (state: RotationState, step: StepId, id: string): boolean =>
  verificationIn(state, step, id) === 'not-passed' &&
  definitionsOf(state, step).some((check) => check.backs === id && exceptionFor(state, check.id))

/** A check of the promotion is done with when its environment is. */
const isStillDone = (rotation: Rotation, { step, check }: Exception): boolean =>
  step === 'promotion'
    ? rotation.promoted.some(({ environment }) => environment === environmentOfCheck(check))
    : stepOf(rotation, step).completion !== null

/** The checks that a manual step can override now: failed or unknown, in an open step or the promotion, without an exception. */
export const overridableChecks = (state: RotationState): CheckDefinition[] =>
  state.definitions
    .filter(({ step }) => isPhaseOpen(state.rotation, step))
    .filter(({ id }) => {
      const look = appearance(state, id)
      return ['failed', 'unknown', 'waiting'].includes(look) && !exceptionFor(state, id)
    })

/** The checks of one step that a manual step can override now. */
export const overridableChecksIn = (state: RotationState, step: StepId): CheckDefinition[] =>
  overridableChecks(state).filter((check) => check.step === step)

/** One line: `2 of 4 checks passed · ✗ failed: New version is current`. */
export function checksSummary(state: RotationState, step: StepId): string {
  const checks = definitionsOf(state, step)
  if (checks.length === 0) return 'no machine check'
  const by = (look: CheckAppearance) => checks.filter((check) => appearance(state, check.id) === look)
  if (by('not-run').length === checks.length) return 'not checked yet'
  const troubles = (['failed', 'unknown', 'waiting', 'running'] as const).flatMap((look) => {
    const titles = by(look).map((check) => `“${check.title}”`)
    const { sign, word } = CHECK_WORDS[look]
    return titles.length === 0 ? [] : [`${sign} ${word}: ${list(titles)}`]
  })
  const passed = by('passed').length
  const counted =
    passed === checks.length
      ? `${plural(passed, 'check')} passed`
      : `${passed} of ${plural(checks.length, 'check')} passed`
  return [counted, ...troubles].join(' · ')
}

const LABEL_LENGTH = 60

/** Evidence links on one line. @param room maximum characters of the result */
export function evidenceLinks(evidence: Evidence[], room = 1000): string {
  const links = evidence.map((each) =>
    each.url ? link(each.url, shortLabel(linkLabel(each)), LABEL_LENGTH) : escapeUntrusted(each.label, 200),
  )
  const shown: string[] = []
  for (const each of links) {
    if ([...shown, each].join(' · ').length > room) break
    shown.push(each)
  }
  const left = links.length - shown.length
  return [...shown, ...(left > 0 ? [`${left} more`] : [])].join(' · ')
}

/** A label that is too long for a list of links, without what follows its name: `queries: 7, 9, …` is `queries`. */
const shortLabel = (label: string): string =>
  label.length > LABEL_LENGTH && label.includes(': ') ? label.slice(0, label.indexOf(': ')) : label

/** The last parts of a path, as many as fit; one at least. */
function lastParts(path: string): string {
  const parts = path.split('/')
  const from = parts.findIndex((_, index) => parts.slice(index).join('/').length < 38)
  return `/${parts.slice(from < 0 ? -1 : from).join('/')}`
}

/** Shortens a label that is only the address to its host and the end of its path. */
export function linkLabel({ label, url }: Evidence): string {
  if (!url || label !== url) return label
  const parsed = URL.parse(url)
  if (!parsed) return label
  const path = parsed.pathname.replace(/\/$/, '')
  return `${parsed.host}${path.length > 40 ? `/…${lastParts(path)}` : path}`
}
