import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { addVersion, CURRENT, revokeVersion, type Secret } from '../aws/secret.ts'
import { createSecret, type Secrets, secretsOf } from '../aws/secrets.ts'
import type { World } from '../world.ts'
import { checkCustomMetadata } from './custom-metadata.ts'
import { parseSeconds } from './duration.ts'
import {
  changeSettings,
  currentNumber,
  customMetadata,
  forgetSettings,
  type KeyVersion,
  keyVersions,
  metadataOf,
  nanoseconds,
  settingsOf,
  tagsFrom,
} from './key.ts'
import type { VaultRequest } from './request.ts'
import { badRequest, notFound, unsupportedOperation, unsupportedPath, VaultError } from './vault-error.ts'

/** A request to a KV version 2 mount. @returns what goes into `data`, or null for 204 */
type Handler = (call: KvCall) => object | null

interface KvCall {
  world: World
  secrets: Secrets
  /** The key, without the mount and the kind of path before it. */
  key: string
  body: Record<string, unknown>
  query: Record<string, string>
  now: Date
}

const HANDLERS: Readonly<Record<string, Readonly<Record<string, Handler>>>> = {
  metadata: {
    list: ({ secrets, key }) => listKeys(secrets, key),
    read: (call) => metadataOf(call.world, live(call)),
    create: writeMetadata,
    update: writeMetadata,
    patch: patchMetadata,
    delete: deleteKey,
  },
  data: { read: readData, create: writeData, update: writeData, delete: deleteCurrent },
  delete: { update: (call) => eachVersion(call, (secret, version) => softDelete(call, secret, version)) },
  undelete: { update: (call) => eachVersion(call, (secret, version) => undelete(call, secret, version)) },
  destroy: { update: (call) => eachVersion(call, (secret, version) => destroy(call, secret, version)) },
}

/**
 * Carries out a request to the mount.
 *
 * @param path inside the mount, such as `metadata/flashfusion/a`
 * @throws VaultError
 */
export function handleKv(world: World, path: string, request: VaultRequest): object | null {
  const [kind = '', ...rest] = path.split('/')
  const handlers = Object.hasOwn(HANDLERS, kind) ? HANDLERS[kind] : undefined
  if (!handlers || rest.length === 0) throw unsupportedPath()
  const run = handlers[request.operation]
  if (!run) throw unsupportedOperation()
  const key = rest.join('/')
  const { body, query } = request
  return run({ world, secrets: secretsOf(world), key, body, query, now: world.clock.now() })
}

/** Whether a write to this path would change something that is there, which other capabilities allow than making it. */
export const keyExists = (world: World, path: string): boolean =>
  !/^(metadata|data)\//.test(path) || find(secretsOf(world), path.replace(/^[^/]+\//, '')) !== undefined

/** A secret whose deletion is planned is a notion of AWS's; here it is gone. */
function find(secrets: Secrets, key: string): Secret | undefined {
  const secret = secrets.find(key)
  return secret?.name === key && secret.deletedAt === null ? secret : undefined
}

function live({ secrets, key }: KvCall): Secret {
  const secret = find(secrets, key)
  if (!secret) throw notFound()
  return secret
}

/** Folders end with a slash; a key and a folder may have the same name. Nothing there is 404, as in Vault. */
function listKeys(secrets: Secrets, folder: string): object {
  const inside = secrets.all().flatMap(({ name, deletedAt }) => {
    if (deletedAt !== null || !name.startsWith(folder)) return []
    const [first = '', ...rest] = name.slice(folder.length).split('/')
    return [rest.length > 0 ? `${first}/` : first]
  })
  if (inside.length === 0) throw notFound()
  return { keys: [...new Set(inside)].sort() }
}

const metadataSchema = z.object({
  custom_metadata: z.record(z.string(), z.coerce.string()).optional(),
  max_versions: z.coerce.number().int().optional(),
  cas_required: z.boolean().optional(),
  delete_version_after: z.union([z.string(), z.number()]).optional(),
})
const patchSchema = metadataSchema.extend({
  custom_metadata: z.record(z.string(), z.coerce.string().nullable()).optional(),
})

function writeMetadata(call: KvCall): null {
  const given = parse(metadataSchema, call.body)
  checkCustomMetadata(given.custom_metadata ?? {})
  const at = call.now.toISOString()
  const secret = find(call.secrets, call.key) ?? createSecret(call.secrets, { name: call.key }, at)
  return saveMetadata(call, secret, given, given.custom_metadata)
}

function patchMetadata(call: KvCall): null {
  const secret = live(call)
  const given = parse(patchSchema, call.body)
  const changes = Object.entries(given.custom_metadata ?? {})
  checkCustomMetadata(
    Object.fromEntries(changes.flatMap(([key, text]) => (text === null ? [] : [[key, text]]))),
  )
  const merged: Record<string, string | null> = {
    ...customMetadata(call.world, secret),
    ...given.custom_metadata,
  }
  const left = Object.entries(merged).flatMap(([key, text]) => (text === null ? [] : [[key, text] as const]))
  return saveMetadata(call, secret, given, changes.length > 0 ? Object.fromEntries(left) : undefined)
}

function saveMetadata(
  { world, secrets, now }: KvCall,
  secret: Secret,
  given: Omit<z.output<typeof metadataSchema>, 'custom_metadata'>,
  custom: Record<string, string> | undefined,
): null {
  if (custom) secrets.save({ ...secret, tags: tagsFrom(secret, custom) })
  changeSettings(world, secret, {
    updatedAt: now.toISOString(),
    ...(given.max_versions !== undefined && { maxVersions: given.max_versions }),
    ...(given.cas_required !== undefined && { casRequired: given.cas_required }),
    ...(given.delete_version_after !== undefined && {
      deleteVersionAfter: parseSeconds(given.delete_version_after) ?? 0,
    }),
  })
  return null
}

function deleteKey({ world, secrets, key }: KvCall): null {
  const secret = find(secrets, key)
  if (secret) {
    secrets.remove(secret)
    forgetSettings(world, secret)
  }
  return null
}

function writeData({ world, secrets, key, body, now }: KvCall): object {
  const data = z.record(z.string(), z.unknown()).safeParse(body.data)
  if (!data.success) throw badRequest('no data provided')
  const at = now.toISOString()
  const existing = find(secrets, key)
  const options = z.object({ cas: z.coerce.number().optional() }).safeParse(body.options ?? {})
  const cas = options.data?.cas
  if (cas === undefined && existing && settingsOf(world, existing).casRequired)
    throw badRequest('check-and-set parameter required for this call')
  if (cas !== undefined && cas !== (existing ? currentNumber(existing) : 0))
    throw badRequest('check-and-set parameter did not match the current version')
  const secret = existing ?? createSecret(secrets, { name: key }, at)
  const version = { id: randomUUID(), value: { SecretString: JSON.stringify(data.data) }, labels: [CURRENT] }
  const saved = secrets.save(addVersion(secret, version, at))
  const { deletions, deleteVersionAfter } = settingsOf(world, saved)
  const dies =
    deleteVersionAfter > 0 ? new Date(now.getTime() + deleteVersionAfter * 1_000).toISOString() : null
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
  const secret = live(call)
  const number = Number(query.version ?? 0) || currentNumber(secret)
  const version = keyVersions(world, secret).find((each) => each.number === number)
  if (!version) throw notFound()
  const metadata = versionData(world, secret, version)
  const isDeleted = version.deletedAt !== null && Date.parse(version.deletedAt) <= now.getTime()
  // Deleted is 404 too, but with the metadata.
  if (isDeleted || version.destroyed) throw new VaultError(404, [], { data: { data: null, metadata } })
  const value = secret.versions.find((each) => each.id === version.id)?.value?.SecretString ?? ''
  return { data: value.startsWith('{') ? JSON.parse(value) : { token: value }, metadata }
}

function deleteCurrent(call: KvCall): null {
  const secret = find(call.secrets, call.key)
  const current =
    secret && keyVersions(call.world, secret).find((each) => each.number === currentNumber(secret))
  if (secret && current) softDelete(call, secret, current)
  return null
}

function eachVersion(call: KvCall, act: (secret: Secret, version: KeyVersion) => void): null {
  const numbers = z.union([z.array(z.coerce.number()), z.coerce.number().transform((one) => [one])])
  const wanted = numbers.safeParse(call.body.versions).data ?? []
  if (wanted.length === 0) throw badRequest('No version number provided')
  const secret = find(call.secrets, call.key)
  const versions = secret ? keyVersions(call.world, secret) : []
  for (const version of versions.filter(({ number }) => wanted.includes(number)))
    if (secret) act(secret, version)
  return null
}

function softDelete({ world, now }: KvCall, secret: Secret, version: KeyVersion): void {
  const already = version.deletedAt !== null && Date.parse(version.deletedAt) <= now.getTime()
  if (version.destroyed || already) return
  const { deletions } = settingsOf(world, secret)
  changeSettings(world, secret, { deletions: { ...deletions, [version.id]: now.toISOString() } })
}

function undelete({ world }: KvCall, secret: Secret, version: KeyVersion): void {
  if (version.destroyed) return
  const { deletions } = settingsOf(world, secret)
  changeSettings(world, secret, { deletions: { ...deletions, [version.id]: null } })
}

function destroy({ secrets, key, now }: KvCall, _: Secret, version: KeyVersion): void {
  const secret = find(secrets, key)
  if (secret && !version.destroyed) secrets.save(revokeVersion(secret, version.id, now.toISOString()))
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (!parsed.success) throw badRequest(`error converting input: ${parsed.error.issues[0]?.message}`)
  return parsed.data
}
