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
  SEVERITIES,
  type Severity,
  type Trigger,
} from './rotation.ts'

export interface IncidentReport {
  by: string
  at: Instant
  trigger: Trigger
  severity: Severity
  reason: string
  evidence: Evidence[]
}

/**
 * Turns an open rotation into an incident, before anything was rotated, so that every new version is made
 * after the incident was known. Earlier signatures become void. Repeating a report changes nothing.
 * @throws Refusal `rotation-closed`, `already-incident`, `raise-too-late`
 */
export function raiseToIncident(rotation: Rotation, report: IncidentReport): Decision {
  assertOpen(rotation)
  const { by, at, trigger, severity, reason, evidence } = report
  const { id, trigger: formerTrigger, severity: formerSeverity, reason: formerReason } = rotation
  const kept = formerReason.trim() ? `${reason}\nOpened before for: ${formerReason}` : reason
  if (formerTrigger === trigger && formerSeverity === severity && rotation.reason.startsWith(reason))
    return unchanged(rotation)
  if (isIncident(rotation) && !isMore(rotation, report))
    throw new Refusal('already-incident', {
      rotation: id,
      trigger: formerTrigger,
      severity: formerSeverity,
      at: rotation.openedAt,
    })
  if (latestRun(rotation, 'rotate') || rotation.tokens.some((token) => token.newVersionId))
    throw new Refusal('raise-too-late', { rotation: id })
  const signed = approvals(rotation).length > 0
  const common = { rotationId: id, actor: by, at }
  const from = { trigger: formerTrigger, severity: formerSeverity, reason: formerReason }
  const links = evidence.map((each) => each.url ?? each.label)
  const events: NewEvent[] = [
    {
      ...common,
      type: 'raised-to-incident',
      data: { from, trigger, severity, reason, evidence: links, signaturesVoid: signed },
    },
    ...incidentCall(rotation.id, report, `raised:${at}`),
  ]
  return {
    rotation: {
      ...rotation,
      trigger,
      severity,
      reason: kept,
      evidence: [...rotation.evidence, ...evidence],
      notifies: true,
      round: signed ? rotation.round + 1 : rotation.round,
    },
    events,
  }
}

function isMore(rotation: Rotation, { trigger, severity }: IncidentReport): boolean {
  if (rotation.trigger !== trigger) return true
  const rank = (each: Severity | null) => (each === null ? SEVERITIES.length : SEVERITIES.indexOf(each))
  return rank(severity) < rank(rotation.severity)
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
