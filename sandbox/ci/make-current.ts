import {
  addVersion,
  attachLabel,
  CURRENT,
  findVersion,
  type Secret,
  type SecretVersion,
  tagValue,
  versionLabelled,
} from '../aws/secret.ts'
import { secretsOf } from '../aws/secrets.ts'
import { stableId } from '../aws/stable-id.ts'
import { removeTags, setTags } from '../aws/tags.ts'
import type { World } from '../world.ts'
import { stateAt } from './issuer.ts'
import { failure, type StepResult } from './job.ts'
import { expiryOf, nameTags } from './renew.ts'
import { revocationsOf } from './revocations.ts'
import type { Run } from './runs.ts'

/**
 * Makes an earlier version current again, with the tags that describe it. Does nothing when it is current.
 *
 * @param version.isCopied true in Vault, where the newest version is the current one: a new version with the
 *   same token is written, whose age still counts from the first
 */
export function makeCurrent(
  world: World,
  run: Run,
  secret: Secret,
  version: { versionId: string; isCopied: boolean },
  at: string,
): StepResult {
  const wanted = findVersion(secret, version.versionId)
  if (!wanted) return failure(`Error: there is no version ${version.versionId} of ${secret.name}`)
  const { state, since } = stateAt(world, secret, wanted.id, Date.parse(at))
  if (state !== 'live')
    return failure(
      `Error: version ${wanted.id} of ${secret.name} is ${state} since ${since}, so agents with it would be refused`,
    )
  const current = versionLabelled(secret, CURRENT)
  const isCurrent = current !== undefined && tokenOf(current) === tokenOf(wanted)
  const isNew = version.isCopied && !isCurrent
  const copy = stableId(`${run.id} ${run.queuedAt ?? run.createdAt} copy ${secret.name}`)
  const id = isNew ? copy : isCurrent ? current.id : wanted.id
  const expiry = expiryOf(originalOf(secret, wanted).createdAt)
  const tags = { ...nameTags(secret.name), version: id, expiry }
  if (isCurrent && Object.entries(tags).every(([key, value]) => tagValue(secret, key) === value))
    return { log: [`${secret.name}: version ${id} is ${CURRENT} already`] }
  // A date that was promised for it no longer holds.
  revocationsOf(world).unschedule(secret.name, tokenOf(wanted))
  const moved = isNew ? copied(secret, wanted, id, at) : attachLabel(secret, CURRENT, id)
  secretsOf(world).save(setTags(removeTags(moved, ['previous-revoke-by'], at), tags, at))
  return { log: [`${secret.name}: version ${id} is ${CURRENT}`] }
}

function copied(secret: Secret, of: SecretVersion, id: string, at: string): Secret {
  const grown = addVersion(secret, { id, value: of.value, labels: [CURRENT] }, at)
  const versions = grown.versions.map((each) => (each.id === id ? { ...each, copyOf: tokenOf(of) } : each))
  return { ...grown, versions }
}

const tokenOf = ({ id, copyOf }: SecretVersion): string => copyOf ?? id

const originalOf = (secret: Secret, version: SecretVersion): SecretVersion =>
  findVersion(secret, tokenOf(version)) ?? version
