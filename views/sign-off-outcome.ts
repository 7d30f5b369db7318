import { isBreakGlass } from '#domain/rotation/break-glass'
import { type Environment, environmentsToPromote } from '#domain/rotation/environments'
import { isIncident, ROLE_TITLES, type Role, type Rotation } from '#domain/rotation/rotation'
import { missingRoles } from '#domain/rotation/turn'
import type { RotationState } from './state.ts'
import { escapeUntrusted, list } from './text.ts'

const ENVIRONMENTS_NAMED = 4

/** What both signatures cause, in one sentence. @param role as which the person signs */
export function outcomeWords({ rotation, environments }: RotationState, role: Role): string {
  const others = missingRoles(rotation).filter((each) => each !== role)
  const lead =
    others.length > 0
      ? `When the ${list(others.map((each) => ROLE_TITLES[each]))} has signed as well`
      : 'Yours is the last signature: with it'
  const done = new Set(rotation.promoted.map((each) => each.environment))
  const left = environmentsToPromote(rotation, environments).filter(({ name }) => !done.has(name))
  return left.length > 0
    ? `${lead}, ${promotionWords(left, rotation)}.`
    : `${lead}, nothing is left to deploy: the rotation is complete as soon as its old versions are revoked.`
}

function promotionWords(left: Environment[], rotation: Rotation): string {
  const names = (takes: Environment['takes']) =>
    left.filter((each) => each.takes === takes).map(({ name }) => escapeUntrusted(name, 100))
  const [deployed, verified] = [names('deploy'), names('runtime')]
  const isBlocked = isIncident(rotation) && !isBreakGlass(rotation)
  const verb = deployed.length === 1 ? 'is' : 'are'
  const now = isBlocked ? `${verb} no longer blocked and may be` : 'may be'
  const acts = [
    ...(deployed.length > 0 ? [`${list(deployed, ENVIRONMENTS_NAMED)} ${now} deployed to`] : []),
    ...(verified.length > 0 ? [`${list(verified, ENVIRONMENTS_NAMED)} can be verified`] : []),
  ].join(', and ')
  // Neither the issuer's own date nor a person's decision waits for signatures.
  const waits = rotation.revoker === 'bot' && rotation.disableNowBy === null
  return waits
    ? `${acts}; old versions there are revoked once agents run on the new tokens`
    : `${acts}; the revocation of old versions does not wait for that`
}
