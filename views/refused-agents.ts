import type { Revocation } from '#domain/revocations/revocation'
import { breakGlassObstacle, isBreakGlass } from '#domain/rotation/break-glass'
import { isClosed } from '#domain/rotation/rotation'
import type { RotationState } from './state.ts'
import { escapeUntrusted, list, plural } from './text.ts'

const ENVIRONMENTS_NAMED = 4

/** Old versions that are refused although nobody has seen the agents of their environment work with the new ones. */
export const refusedVersions = ({ rotation, revocations }: RotationState): Revocation[] =>
  isClosed(rotation)
    ? []
    : revocations.filter(
        ({ issuer, verifiedAt, state, environment }) =>
          (issuer === 'disabled' || issuer === 'destroyed') &&
          verifiedAt === null &&
          state !== 'rolled-back' &&
          !rotation.promoted.some((each) => each.environment === environment),
      )

/** Which agents may be refused now, and what ends it; none where all old versions are accepted or no longer used. */
export function refusedLines(state: RotationState): string[] {
  const refused = refusedVersions(state)
  if (refused.length === 0) return []
  const environments = [...new Set(refused.map((row) => escapeUntrusted(row.environment, 100)))]
  const where = list(environments, ENVIRONMENTS_NAMED)
  return [
    `⚠ *Agents in ${where} are refused until they are deployed with the new tokens* (${plural(refused.length, 'old version')} disabled). ${wayOut(state)}`,
  ]
}

function wayOut({ rotation, environments }: RotationState): string {
  if (isBreakGlass(rotation)) return 'Deploy now; both roles sign afterwards.'
  const obstacle = breakGlassObstacle(rotation, environments)
  if (obstacle === 'requested') return 'It can be deployed when an approver has acknowledged break-glass.'
  return obstacle === null
    ? 'Deploy after both signatures, or at once with *Break-glass*.'
    : 'Deploy them as soon as the rotation allows it.'
}
