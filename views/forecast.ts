import type { SectionBlock } from '@slack/types'
import { REVOKE_WITHIN_HOURS } from '#domain/revocations/revocation-deadline'
import { ASSUMED, type ExpectedDeployment, type Forecast, type Hazard } from '#domain/rotation/forecast'
import { ROLE_TITLES } from '#domain/rotation/rotation'
import { section } from './blocks.ts'
import { escapeUntrusted, list, plural } from './text.ts'
import { duration, when } from './times.ts'

const ENVIRONMENTS_NAMED = 3
const NEVER = 'not within a year: its window does not open. Change windows or freeze in the configuration'

/** In three lines what will happen and until when, and a warning where a later start is safer. */
export function forecastBlocks(forecast: Forecast): SectionBlock[] {
  const { hazard } = forecast
  const lines = [signatureWords(forecast), deploymentWords(forecast), revocationWords(forecast)]
  return [section(lines), ...(hazard ? [section(hazardWords(hazard, forecast))] : [])]
}

function signatureWords({ signedBy, basis }: Forecast): string {
  if (signedBy === null)
    return '*Signatures:* not within a year: quiet hours and windows leave no time for them'
  const why =
    basis > 0
      ? `as fast as the last ${basis === 1 ? 'rotation' : plural(basis, 'rotation')}`
      : `if they take ${duration(ASSUMED.toSignatures)}; no earlier rotation to go by`
  return `*Signatures:* probably by ${when(signedBy)} (${why})`
}

function deploymentWords(forecast: Forecast): string {
  const { deployments } = forecast
  if (deployments.length === 0) return '*Deployment:* no deployment in this scope follows the sign-offs'
  return `*Deployment:* ${list(
    deployments.map((each) => environmentWords(each, forecast.signedBy)),
    ENVIRONMENTS_NAMED,
  )}`
}

function environmentWords(
  { environment, from, until }: ExpectedDeployment,
  signedBy: Forecast['signedBy'],
): string {
  const name = escapeUntrusted(environment, 100)
  if (from === null) return `${name} ${NEVER}`
  const end = until !== null && until > from ? `, before ${when(until)}` : ''
  return from === signedBy
    ? `${name} as soon as both have signed${end}`
    : `${name} not before ${when(from)}${end}`
}

const revocationWords = ({ revokedBy }: Forecast): string =>
  `*Old tokens:* revoked by ${when(revokedBy)}, ${REVOKE_WITHIN_HOURS} h after the new ones`

function hazardWords(hazard: Hazard, { safeStart, revokedBy }: Forecast): string {
  if (hazard.kind === 'nobody-signs') {
    const roles = list(hazard.roles.map((role) => ROLE_TITLES[role]))
    return `⚠ *Nobody can sign as ${roles}:* the owner cannot sign, and nobody else is known to hold the role. Ask for a delegate, or let somebody else start.`
  }
  const next = safeStart
    ? `*Next safe start:* ${when(safeStart)}`
    : 'No start in the next four weeks is safe: change windows, freeze or quiet in the configuration.'
  return `⚠ *A later start is safer.* ${dangerWords(hazard, when(revokedBy))} ${next}`
}

function dangerWords(hazard: Exclude<Hazard, { kind: 'nobody-signs' }>, deadline: string): string {
  const { environment } = hazard
  const act =
    environment === null
      ? 'nobody works'
      : `nobody may deploy to ${escapeUntrusted(environment, 100)}, or works`
  if (hazard.kind === 'too-late')
    return `There is not enough time to deploy to ${escapeUntrusted(hazard.environment, 100)} before the old tokens are revoked, ${deadline}.`
  const why = hazard.freeze ? ` (frozen: ${escapeUntrusted(hazard.freeze.reason, 120)})` : ''
  return `The old tokens would be revoked ${deadline}, on a day on which ${act}${why}.`
}
