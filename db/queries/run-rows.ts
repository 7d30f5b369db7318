import type { Adoption, PendingApproval, Run } from '#domain/rotation/rotation'
import type { NewRow, Row } from '../schema.ts'

export function runRow(rotationId: number, { approval, adopted, ...run }: Run): NewRow<'runs'> {
  return { ...run, rotationId, approvalJson: stringify(approval), adoptedJson: stringify(adopted) }
}

export function toRun({ rotationId: _, approvalJson, adoptedJson, ...row }: Row<'runs'>): Run {
  const approval = parse<PendingApproval>(approvalJson)
  return { ...(row as Omit<Run, 'approval' | 'adopted'>), approval, adopted: parse<Adoption>(adoptedJson) }
}

const stringify = (value: object | null): string | null => (value === null ? null : JSON.stringify(value))

const parse = <T>(json: string | null): T | null => (json === null ? null : (JSON.parse(json) as T))
