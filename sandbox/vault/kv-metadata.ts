import { z } from 'zod'
import type { Secret } from '../aws/secret.ts'
import { createSecret } from '../aws/secrets.ts'
import { checkCustomMetadata } from './custom-metadata.ts'
import { parseSeconds } from './duration.ts'
import { changeSettings, customMetadata, deleteSettings, metadataOf, tagsFrom } from './key.ts'
import { findKey, getKey, type KvCall, type KvHandler } from './kv-call.ts'
import { badRequest, emptyNotFound, notFound } from './vault-error.ts'

export const METADATA = {
  list: listKeys,
  read: (call) => metadataOf(call.world, getKey(call)),
  create: writeMetadata,
  update: writeMetadata,
  patch: patchMetadata,
  delete: deleteKey,
} as const satisfies Record<string, KvHandler>

/** Folders end with a slash; a key and a folder may share a name. An empty folder is 404. */
function listKeys({ secrets, key: folder }: KvCall): object {
  const inside = secrets.all().flatMap(({ name, deletedAt }) => {
    if (deletedAt !== null || !name.startsWith(folder)) return []
    const [first = '', ...rest] = name.slice(folder.length).split('/')
    return [rest.length > 0 ? `${first}/` : first]
  })
  if (inside.length === 0) throw notFound()
  return { keys: [...new Set(inside)].sort() }
}

/** Vault converts numbers and booleans to text. */
const metadataValue = z.union([
  z.string(),
  z.number().transform(String),
  z.boolean().transform((truth) => (truth ? '1' : '0')),
])
const metadataSchema = z.object({
  custom_metadata: z.record(z.string(), metadataValue).optional(),
  max_versions: z.coerce.number().int().optional(),
  cas_required: z.boolean().optional(),
  delete_version_after: z.union([z.string(), z.number()]).optional(),
})
const patchSchema = metadataSchema.extend({
  custom_metadata: z.record(z.string(), metadataValue.nullable()).optional(),
})

function writeMetadata(call: KvCall): null {
  const given = parse(metadataSchema, call.body)
  checkCustomMetadata(given.custom_metadata ?? {})
  const at = call.now.toISOString()
  const secret = findKey(call.secrets, call.key) ?? createSecret(call.secrets, { name: call.key }, at)
  return saveMetadata(call, secret, given, given.custom_metadata)
}

function patchMetadata(call: KvCall): null {
  const secret = findKey(call.secrets, call.key)
  if (!secret) throw emptyNotFound()
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
  const secret = findKey(secrets, key)
  if (secret) {
    secrets.remove(secret)
    deleteSettings(world, secret)
  }
  return null
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw badRequest(`error converting input for field "${String(issue?.path[0])}": ${issue?.message}`)
}
