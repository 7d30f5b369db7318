import { type Rotation, SEVERITIES, type Severity, type Trigger } from './rotation.ts'

/** What decides how strictly the tokens of an incident are treated. */
export interface Strictness {
  trigger: Trigger
  severity: Severity
  disableNowBy: string | null
}

/** From the least strict. A drill is practice: a real rotation always outranks it. */
const TRIGGERS_BY_STRICTNESS: readonly Trigger[] = [
  'chaos-drill',
  'cadence',
  'manual',
  'policy-hit',
  'credential-anomaly',
]

const rankOf = (trigger: Trigger): number => TRIGGERS_BY_STRICTNESS.indexOf(trigger)

/** Whether a severity is more severe than another; null is none. */
export const isMoreSevere = (severity: Severity | null, than: Severity | null): boolean =>
  severity !== null && (than === null || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(than))

/**
 * An incident that takes the place of open rotations keeps the stricter of each: what leaked stays leaked, and what was P1 stays
 * P1. Drills lend nothing to a real incident.
 *
 * @param open the rotations that it raises or supersedes
 */
export function stricterOf(
  wanted: Strictness,
  open: readonly Pick<Rotation, 'trigger' | 'severity' | 'disableNowBy'>[],
): Strictness {
  return open
    .filter((each) => each.trigger !== 'chaos-drill')
    .reduce<Strictness>((kept, { trigger, severity, disableNowBy }) => {
      const stricter = rankOf(trigger) > rankOf(kept.trigger) ? trigger : kept.trigger
      const isLeak = stricter === 'credential-anomaly'
      return {
        trigger: stricter,
        severity: severity !== null && isMoreSevere(severity, kept.severity) ? severity : kept.severity,
        disableNowBy: isLeak ? (kept.disableNowBy ?? disableNowBy) : null,
      }
    }, wanted)
}
