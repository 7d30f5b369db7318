import { assertOpen, type Decision, unchanged } from './decision.ts'
import type { NewEvent } from './events.ts'
import { Refusal } from './refusal.ts'
import {
  approvals,
  type Evidence,
  type Instant,
  isIncident,
  latestRun,
  type Rotation,
  type Severity,
  type Trigger,
} from './rotation.ts'
import { isMoreSevere, stricterOf } from './stricter-incident.ts'

export interface IncidentReport {
  by: string
  at: Instant
  trigger: Trigger
  severity: Severity
  reason: string
  evidence: Evidence[]
  /** At a credential anomaly: disable the old versions although agents may still use them. */
  disableNow: boolean
}

/** New versions that were made before the incident was known may have leaked too. */
const hasRotated = (rotation: Rotation): boolean =>
  latestRun(rotation, 'rotate') !== undefined || rotation.tokens.some((token) => token.newVersionId)

/** Whether an open rotation can still become an incident, instead of being superseded by one. */
export const canBeRaised = (rotation: Rotation): boolean =>
  rotation.status === 'open' && !isIncident(rotation) && !hasRotated(rotation)

/**
 * Turns an open rotation into an incident, before anything was rotated, so that every new version is made
 * after the incident was known. Earlier signatures become void. An incident that was stricter already stays so. Repeating a report
 * changes nothing.
 * @throws Refusal `rotation-closed`, `already-incident`, `raise-too-late`
 */
export function raiseToIncident(rotation: Rotation, report: IncidentReport): Decision {
  assertOpen(rotation)
  const { by, at, reason, evidence } = report
  const { trigger, severity, disableNowBy } = stricterOf(wantedBy(report), [rotation])
  const { id, trigger: formerTrigger, severity: formerSeverity, reason: formerReason } = rotation
  const kept = formerReason.trim() ? `${reason}\nOpened before for: ${formerReason}` : reason
  const isSame =
    formerTrigger === trigger && formerSeverity === severity && rotation.disableNowBy === disableNowBy
  // One of another kind that changed nothing but the reason is a repetition too.
  const isRepeated = report.trigger !== formerTrigger || report.severity === formerSeverity
  if (isSame && isRepeated && rotation.reason.startsWith(reason)) return unchanged(rotation)
  if (isIncident(rotation) && !isMore(rotation, report))
    throw new Refusal('already-incident', {
      rotation: id,
      trigger: formerTrigger,
      severity: formerSeverity,
      at: rotation.openedAt,
    })
  if (hasRotated(rotation)) throw new Refusal('raise-too-late', { rotation: id })
  const signed = approvals(rotation).length > 0
  const common = { rotationId: id, actor: by, at }
  const from = { trigger: formerTrigger, severity: formerSeverity, reason: formerReason }
  const links = evidence.map((each) => each.url ?? each.label)
  const events: NewEvent[] = [
    {
      ...common,
      type: 'raised-to-incident',
      data: {
        from,
        trigger,
        severity,
        reason,
        evidence: links,
        signaturesVoid: signed,
        ...(disableNowBy !== null && { disableNow: true }),
      },
    },
    ...incidentCall(rotation.id, report, `raised:${at}`),
  ]
  return {
    rotation: {
      ...rotation,
      trigger,
      severity,
      disableNowBy,
      reason: kept,
      evidence: [...rotation.evidence, ...evidence],
      notifies: true,
      round: signed ? rotation.round + 1 : rotation.round,
    },
    events,
  }
}

/** How strict a report is by itself. */
export const wantedBy = ({
  trigger,
  severity,
  by,
  disableNow,
}: Pick<IncidentReport, 'trigger' | 'severity' | 'by' | 'disableNow'>) => ({
  trigger,
  severity,
  disableNowBy: trigger === 'credential-anomaly' && disableNow ? by : null,
})

function isMore(rotation: Rotation, report: IncidentReport): boolean {
  if (rotation.trigger !== report.trigger) return true
  if (wantedBy(report).disableNowBy !== null && rotation.disableNowBy === null) return true
  return isMoreSevere(report.severity, rotation.severity)
}

export function incidentCall(
  rotationId: number,
  { by, at, severity, reason }: Pick<IncidentReport, 'by' | 'at' | 'severity' | 'reason'>,
  occurrence: string,
): NewEvent[] {
  if (severity === 'P3') return []
  const data = { reason, cause: 'incident', occurrence, severity, notifies: true } as const
  return [{ type: 'escalated', rotationId, actor: by, at, data }]
}
