import type { Revocation } from '#domain/revocations/revocation'
import { type Rotation, rotationLabel } from '#domain/rotation/rotation'

/** The columns of the table that auditors sample from: one row for each token of each rotation. */
export const POPULATION_COLUMNS = [
  'rotation',
  'trigger',
  'severity',
  'opened',
  'closed',
  'state',
  'owner',
  'agent',
  'environment',
  'secret',
  'old version',
  'new version',
  'new version since',
  'DevOps lead',
  'AI Ops owner',
  'approved',
  'exceptions',
  'old version is',
  'old version since',
] as const

/** The rows of a rotation, by token. */
export function populationRows(rotation: Rotation, revocations: readonly Revocation[]): string[][] {
  const approved = rotation.signOffs.filter(
    ({ decision, round }) => decision === 'approved' && round === rotation.round,
  )
  const signer = (role: string) => approved.find((each) => each.role === role)?.by ?? ''
  const at =
    approved.length === 2
      ? (approved
          .map((each) => each.at)
          .sort()
          .at(-1) ?? '')
      : ''
  return rotation.tokens.map((token) => {
    const end = revocations.find(
      ({ secret, versionId }) => secret === token.secret && versionId === token.previousVersionId,
    )
    return [
      rotationLabel(rotation.id),
      rotation.trigger,
      rotation.severity ?? '',
      rotation.openedAt,
      rotation.closedAt ?? '',
      rotation.status,
      rotation.ownerId,
      token.agent,
      token.environment,
      token.secret,
      token.previousVersionId ?? '',
      token.newVersionId ?? '',
      token.newVersionAt ?? '',
      signer('devops-lead'),
      signer('ai-ops-owner'),
      at,
      String(rotation.exceptions.length),
      end?.state ?? '',
      end?.resolvedAt ?? '',
    ]
  })
}
