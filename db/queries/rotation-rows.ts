import type { CheckPhase } from '#domain/rotation/checks'
import {
  type Deviation,
  type Evidence,
  type Exception,
  isClosed,
  type Promoted,
  type Rotation,
  type RotationToken,
  type SignOff,
  type Step,
  type StepCompletion,
  type TokenRollback,
} from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import type { NewRow, Row } from '../schema.ts'

const parse = <T>(json: string): T => JSON.parse(json) as T

type Parts = 'tokens' | 'steps' | 'signOffs' | 'runs' | 'exceptions'

/** A rotation without the parts that are in tables of their own. */
export const toRotation = ({
  formerOwnersJson,
  evidenceJson,
  promotedJson,
  deviationsJson,
  breakGlassJson,
  workJson,
  notifies,
  prunedAt: _,
  ...row
}: Row<'rotations'>): Omit<Rotation, Parts> => ({
  ...row,
  formerOwners: parse<string[]>(formerOwnersJson),
  evidence: parse<Evidence[]>(evidenceJson),
  promoted: parse<Promoted[]>(promotedJson),
  deviations: parse<Deviation[]>(deviationsJson),
  notifies: notifies === 1,
  work: parse<Rotation['work']>(workJson),
  breakGlass: breakGlassJson === null ? null : parse<Rotation['breakGlass']>(breakGlassJson),
  revoker: row.revoker as Rotation['revoker'],
  status: row.status as Rotation['status'],
  trigger: row.trigger as Rotation['trigger'],
  severity: row.severity as Rotation['severity'],
})

export function tokenRow(rotation: Rotation, { rollback, ...token }: RotationToken): NewRow<'tokens'> {
  return {
    ...token,
    rollbackJson: rollback && JSON.stringify(rollback),
    rotationId: rotation.id,
    open: isClosed(rotation) ? 0 : 1,
  }
}

export const toToken = ({
  rotationId: _,
  open: __,
  rollbackJson,
  ...token
}: Row<'tokens'>): RotationToken => ({
  ...token,
  rollback: rollbackJson === null ? null : parse<TokenRollback>(rollbackJson),
})

export function stepRow(rotationId: number, step: Step): NewRow<'steps'> {
  const done = step.completion
  return {
    rotationId,
    step: step.id,
    completedBy: done?.by ?? null,
    completedAt: done?.at ?? null,
    earlierJson: JSON.stringify(step.earlier),
    attestationsJson: JSON.stringify(done?.attestations ?? []),
    sentencesJson: JSON.stringify(done?.sentences ?? {}),
    evidenceJson: JSON.stringify(done?.evidence ?? []),
    notes: done?.notes ?? '',
    checksJson: JSON.stringify(done?.checks ?? []),
    quotesJson: JSON.stringify(step.quotes ?? []),
  }
}

export function toStep(id: StepId, row: Row<'steps'> | undefined): Step {
  const earlier = parse<string[]>(row?.earlierJson ?? '[]')
  const quotes = parse<Evidence[]>(row?.quotesJson ?? '[]')
  const step = { id, earlier, ...(quotes.length > 0 && { quotes }) }
  if (!row?.completedBy || !row.completedAt) return { ...step, completion: null }
  return {
    ...step,
    completion: {
      by: row.completedBy,
      at: row.completedAt,
      attestations: parse<string[]>(row.attestationsJson),
      sentences: parse<Record<string, string>>(row.sentencesJson),
      evidence: parse<Evidence[]>(row.evidenceJson),
      notes: row.notes,
      checks: parse<StepCompletion['checks']>(row.checksJson),
    },
  }
}

export function signOffRow(rotationId: number, signOff: SignOff): NewRow<'signOffs'> {
  const { by: userId, reopened, ...rest } = signOff
  return { ...rest, rotationId, userId, reopenedJson: JSON.stringify(reopened) }
}

export function toSignOff(row: Row<'signOffs'>): SignOff {
  return {
    role: row.role as SignOff['role'],
    decision: row.decision as SignOff['decision'],
    by: row.userId,
    at: row.at,
    round: row.round,
    digest: row.digest,
    comment: row.comment,
    delegateOf: row.delegateOf,
    reopened: parse<StepId[]>(row.reopenedJson),
  }
}

export function exceptionRow(rotationId: number, exception: Exception): NewRow<'exceptions'> {
  const { check: checkId, proof, by: userId, ...rest } = exception
  return { ...rest, rotationId, checkId, userId, proofJson: JSON.stringify(proof) }
}

export const toException = (row: Row<'exceptions'>): Exception => ({
  check: row.checkId,
  step: row.step as CheckPhase,
  title: row.title,
  what: row.what,
  commands: row.commands,
  proof: parse<Evidence[]>(row.proofJson),
  by: row.userId,
  at: row.at,
  doneAt: row.doneAt,
  round: row.round,
})
