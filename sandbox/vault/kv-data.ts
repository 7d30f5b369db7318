import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { addVersion, CURRENT, destroyVersion, type Secret } from '../aws/secret.ts'
import { createSecret } from '../aws/secrets.ts'
import type { World } from '../world.ts'
import {
  changeSettings,
  currentNumber,
  customMetadata,
  type KeyVersion,
  keyVersions,
  nanoseconds,
  settingsOf,
} from './key.ts'
import { findKey, getKey, type KvCall, type KvHandler } from './kv-call.ts'
import { badRequest, deletedVersion, notFound } from './vault-error.ts'

export const DATA = {
  read: readData,
  create: writeData,
  update: writeData,
  delete: deleteCurrent,
} as const satisfies Record<string, KvHandler>

export const deleteVersions: KvHandler = (call) => eachVersion(call, softDelete)
export const undeleteVersions: KvHandler = (call) => eachVersion(call, undelete)
export const destroyVersions: KvHandler = (call) => eachVersion(call, destroy)

function writeData({ world, secrets, key, body, now }: KvCall): object {
  const data = z.record(z.string(), z.unknown()).safeParse(body.data)
  if (!data.success) throw badRequest('no data provided')
  const at = now.toISOString()
  const existing = findKey(secrets, key)
  const options = z.object({ cas: z.coerce.number().optional() }).safeParse(body.options ?? {})
  const cas = options.data?.cas
  if (cas === undefined && existing && settingsOf(world, existing).casRequired)
    throw badRequest('check-and-set parameter required for this call')
  if (cas !== undefined && cas !== (existing ? currentNumber(existing) : 0))
    throw badRequest('check-and-set parameter did not match the current version')
  const secret = existing ?? createSecret(secrets, { name: key }, at)
  const version = { id: randomUUID(), value: { SecretString: JSON.stringify(data.data) }, labels: [CURRENT] }
  const saved = secrets.save(addVersion(secret, version, at))
  const { deletions } = settingsOf(world, saved)
  const dies = endOfLife(world, saved, now)
  changeSettings(world, saved, { updatedAt: at, deletions: { ...deletions, [version.id]: dies } })
  const written = keyVersions(world, saved).find((each) => each.id === version.id)
  return written ? versionData(world, saved, written) : {}
}

const versionData = (world: World, secret: Secret, version: KeyVersion) => ({
  created_time: nanoseconds(version.createdAt),
  custom_metadata: customMetadata(world, secret),
  deletion_time: nanoseconds(version.deletedAt),
  destroyed: version.destroyed,
  version: version.number,
})

function readData(call: KvCall): object {
  const { world, query, now } = call
  const secret = getKey(call)
  const number = Number(query.version ?? 0) || currentNumber(secret)
  const version = keyVersions(world, secret).find((each) => each.number === number)
  if (!version) throw notFound()
  const metadata = versionData(world, secret, version)
  const isDeleted = version.deletedAt !== null && Date.parse(version.deletedAt) <= now.getTime()
  // A deleted version is 404 with its metadata.
  if (isDeleted || version.destroyed) throw deletedVersion({ data: null, metadata })
  const value = secret.versions.find((each) => each.id === version.id)?.value?.SecretString ?? ''
  return { data: value.startsWith('{') ? JSON.parse(value) : { token: value }, metadata }
}

function deleteCurrent(call: KvCall): null {
  const secret = findKey(call.secrets, call.key)
  const current =
    secret && keyVersions(call.world, secret).find((each) => each.number === currentNumber(secret))
  if (secret && current) softDelete(call, secret, current)
  return null
}

function eachVersion(call: KvCall, act: (call: KvCall, secret: Secret, version: KeyVersion) => void): null {
  const numbers = z.union([z.array(z.coerce.number()), z.coerce.number().transform((one) => [one])])
  const wanted = numbers.safeParse(call.body.versions).data ?? []
  if (wanted.length === 0) throw badRequest('No version number provided')
  const secret = findKey(call.secrets, call.key)
  const versions = secret ? keyVersions(call.world, secret) : []
  for (const version of versions.filter(({ number }) => wanted.includes(number)))
    if (secret) act(call, secret, version)
  return null
}

function softDelete({ world, now }: KvCall, secret: Secret, version: KeyVersion): void {
  const already = version.deletedAt !== null && Date.parse(version.deletedAt) <= now.getTime()
  if (version.destroyed || already) return
  const { deletions } = settingsOf(world, secret)
  changeSettings(world, secret, { deletions: { ...deletions, [version.id]: now.toISOString() } })
}

function undelete({ world, now }: KvCall, secret: Secret, version: KeyVersion): void {
  if (version.destroyed) return
  const { deletions } = settingsOf(world, secret)
  const deletedAt = endOfLife(world, secret, now)
  changeSettings(world, secret, { deletions: { ...deletions, [version.id]: deletedAt } })
}

/** When a version that is written or undeleted now expires; null for never. */
function endOfLife(world: World, secret: Secret, now: Date): string | null {
  const seconds = settingsOf(world, secret).deleteVersionAfter
  return seconds > 0 ? new Date(now.getTime() + seconds * 1_000).toISOString() : null
}

function destroy({ secrets, key, now }: KvCall, _: Secret, version: KeyVersion): void {
  const secret = findKey(secrets, key)
  if (secret && !version.destroyed) secrets.save(destroyVersion(secret, version.id, now.toISOString()))
}
