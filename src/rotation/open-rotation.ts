import type { Decision } from './decision.ts'
import { Refusal } from './refusal.ts'
import type { Instant, Rotation, RotationToken, Severity, Trigger } from './rotation.ts'
import { agentsOf, compareTokens, environmentsOf, tokenLabel } from './scope.ts'
import { STEP_IDS } from './steps.ts'

export interface OpeningRequest {
  id: number
  by: string
  at: Instant
  trigger: Trigger
  /** For incidents only. */
  severity: Severity | null
  reason: string
  tokens: RotationToken[]
}

/**
 * Opens a rotation for a scope of tokens.
 *
 * @param taken secrets that are already in an open rotation, with its id
 * @throws Refusal `empty-scope`, `token-in-open-rotation`
 */
export function openRotation(request: OpeningRequest, taken: Map<string, number>): Decision {
  const tokens = [...request.tokens].sort(compareTokens)
  if (tokens.length === 0) throw new Refusal('empty-scope', {})
  const conflicts = tokens.flatMap((token) => {
    const rotation = taken.get(token.secret)
    return rotation === undefined ? [] : [{ label: tokenLabel(token), rotation }]
  })
  if (conflicts.length > 0) throw new Refusal('token-in-open-rotation', { tokens: conflicts })

  const { id, by, at, trigger, severity, reason } = request
  const rotation: Rotation = {
    id,
    version: 1,
    status: 'open',
    trigger,
    severity,
    reason,
    ownerId: by,
    formerOwners: [],
    openedAt: at,
    closedAt: null,
    closedReason: null,
    round: 1,
    tokens,
    steps: STEP_IDS.map((step) => ({ id: step, completion: null, earlier: [] })),
    signOffs: [],
    runs: [],
    exceptions: [],
  }
  const data = {
    trigger,
    severity,
    reason,
    environments: environmentsOf(tokens),
    agents: agentsOf(tokens),
    tokens: tokens.map(tokenLabel),
  }
  return { rotation, events: [{ type: 'rotation-opened', rotationId: id, actor: by, at, data }] }
}
