import type { Revocation } from '#domain/revocations/revocation'
import { breakGlassObstacle, isBreakGlass } from '#domain/rotation/break-glass'
import { environmentsToPromote } from '#domain/rotation/environments'
import { isClosed } from '#domain/rotation/rotation'
import type { RotationState } from './state.ts'
import { escapeUntrusted, list, plural } from './text.ts'

const ENVIRONMENTS_NAMED = 4

/** Old versions that are refused, in environments whose agents were not seen to work with the new ones yet. */
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
    `⚠ *Agents in ${where} may be refused until they are deployed with the new tokens* (${plural(refused.length, 'old version')} disabled). ${wayOut(state, refused)}`,
  ]
}

function wayOut({ rotation, environments }: RotationState, refused: Revocation[]): string {
  const waitsForSignatures = refused.some((row) =>
    environmentsToPromote(rotation, environments).some(({ name }) => name === row.environment),
  )
  if (!waitsForSignatures) return 'Deploy them in step 4.'
  if (isBreakGlass(rotation)) return 'Deploy now; both roles sign afterwards.'
  const obstacle = breakGlassObstacle(rotation, environments)
  if (obstacle === 'requested') return 'Deploy when an approver has acknowledged break-glass.'
  const early = obstacle === null ? ', or at once with *Break-glass*' : ''
  return `Deploy after both signatures${early}.`
}
