import type { Revocation } from '#domain/revocations/revocation'
import { FRESH, OLD, RENEWED, TOKEN } from './check-input.ts'
import { minutesIn } from './rotation-builder.ts'

/** The pending revocation of evaluator/staging's old version in R42, without a date from the issuer. */
export const aRevocation = (parts: Partial<Revocation> = {}): Revocation => ({
  id: 1,
  rotationId: 42,
  secret: TOKEN.secret,
  agent: TOKEN.agent,
  environment: TOKEN.environment,
  versionId: OLD,
  replacedBy: FRESH,
  replacedAt: RENEWED,
  dueAt: minutesIn(30 + 24 * 60),
  promisedBy: null,
  promiseSeenAt: null,
  state: 'waiting',
  resolvedAt: null,
  resolvedBy: null,
  proof: null,
  lastCheckedAt: null,
  problem: null,
  escalatedAt: null,
  revoker: 'workflow',
  leakedIn: null,
  takenOverBy: null,
  issuer: null,
  issuerAt: null,
  verifiedAt: null,
  extendedUntil: null,
  forcedBy: null,
  forcedAt: null,
  seenAliveAt: null,
  watchedUntil: null,
  stage: null,
  stageNote: null,
  ...parts,
})
