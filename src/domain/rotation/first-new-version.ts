import { type Environment, environmentsToPromote } from './environments.ts'
import { BOT_ACTOR, type NewEvent } from './events.ts'
import type { Instant, Rotation, RotationToken } from './rotation.ts'

/** The tokens with a new version in an environment that is deployed to after the sign-offs. */
function renewed(rotation: Rotation, environments: readonly Environment[]): RotationToken[] {
  const names = new Set(environmentsToPromote(rotation, environments).map((each) => each.name))
  return rotation.tokens.filter((token) => names.has(token.environment) && token.newVersionId !== null)
}

/** The event of the first such version of a rotation; none where there was one before. */
export function firstNewVersion(
  before: Rotation,
  after: Rotation,
  environments: readonly Environment[],
  at: Instant,
): NewEvent[] {
  const [first] = renewed(after, environments)
  if (!first?.newVersionId || renewed(before, environments).length > 0) return []
  const { agent, environment, secret, newVersionId: versionId } = first
  return [
    {
      type: 'first-version-seen',
      rotationId: after.id,
      actor: BOT_ACTOR,
      at,
      data: { agent, environment, secret, versionId },
    },
  ]
}
