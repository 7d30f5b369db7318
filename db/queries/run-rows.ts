import {
  type Adoption,
  isRunning,
  type PendingApproval,
  type RevocationTarget,
  type Run,
} from '#domain/rotation/rotation'
import type { NewRow, Row } from '../schema.ts'

export function runRow(rotationId: number, { target, approval, adopted, ...run }: Run): NewRow<'runs'> {
  return {
    ...run,
    rotationId,
    targetJson: stringify(target),
    approvalJson: stringify(approval),
    adoptedJson: stringify(adopted),
    endedAt: isRunning(run) ? null : (run.finishedAt ?? run.requestedAt),
  }
}

export function toRun(stored: Row<'runs'>): Run {
  const { rotationId: _, targetJson, approvalJson, adoptedJson, endedAt: __, ...row } = stored
  return {
    ...(row as Omit<Run, 'target' | 'approval' | 'adopted'>),
    target: parse<RevocationTarget>(targetJson),
    approval: parse<PendingApproval>(approvalJson),
    adopted: parse<Adoption>(adoptedJson),
  }
}

const stringify = (value: object | null): string | null => (value === null ? null : JSON.stringify(value))

const parse = <T>(json: string | null): T | null => (json === null ? null : (JSON.parse(json) as T))
