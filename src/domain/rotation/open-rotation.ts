import { agentsOf, compareTokens, environmentsOf, tokenLabel } from '#domain/tokens/scope'
import type { Decision } from './decision.ts'
import { Refusal } from './refusal.ts'
import type { Evidence, Instant, Revoker, Rotation, RotationToken, Severity, Trigger } from './rotation.ts'
import { STEP_IDS } from './steps.ts'

export interface OpeningRequest {
  id: number
  by: string
  at: Instant
  trigger: Trigger
  severity: Severity | null
  reason: string
  evidence?: Evidence[]
  notifies?: boolean
  revoker?: Revoker
  disableNowBy?: string | null
  tokens: RotationToken[]
}

/**
 * Opens a rotation for a scope of tokens.
 * @param taken ids of open rotations by secret
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

  const { id, by, at, trigger, severity, reason, evidence = [], notifies = true } = request
  const { revoker = 'bot', disableNowBy = null } = request
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
    promoted: [],
    deviations: [],
    runs: [],
    exceptions: [],
    evidence,
    notifies,
    revoker,
    disableNowBy,
    breakGlass: null,
    work: [],
  }
  const data = {
    trigger,
    severity,
    reason,
    environments: environmentsOf(tokens),
    agents: agentsOf(tokens),
    tokens: tokens.map(tokenLabel),
    ...(disableNowBy !== null && { disableNow: true }),
    ...(evidence.length > 0 && { evidence: evidence.map((each) => each.url ?? each.label) }),
  }
  return { rotation, events: [{ type: 'rotation-opened', rotationId: id, actor: by, at, data }] }
}
