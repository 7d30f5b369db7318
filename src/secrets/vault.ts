import pMap from 'p-map'
import { z } from 'zod'
import type { Instant } from '#domain/rotation/rotation'
import {
  type CredentialEnd,
  NotReadable,
  type Secret,
  type SecretsManager,
  type SecretVersion,
} from '#domain/tokens/secret'
import { vaultNameFault } from '#domain/tokens/secret-name'
import { censorValues } from '#redaction/censor'
import { type SecretsSettings, secretsManagerKind } from './kind.ts'
import { readEach } from './read-each.ts'
import { credentialsOf, serverOf, vaultEnv } from './vault-env.ts'
import { callVault, type VaultCall, type VaultServer } from './vault-http.ts'
import {
  describeFailure,
  isDeadToken,
  isOutage,
  isThrottling,
  LoginProblem,
  VaultProblem,
} from './vault-problem.ts'
import { createVaultSession, type VaultSession } from './vault-session.ts'

const CONCURRENCY = 8

export const vault = secretsManagerKind(vaultEnv, false, (settings, env, now) => {
  const server = serverOf(env)
  return vaultSecretsManager(server, createVaultSession(server, credentialsOf(env)), settings, now)
})

/**
 * KV version 2 of Vault or OpenBao, by its HTTP API. Reads only `<mount>/metadata/…`, which holds no values;
 * never `<mount>/data/…`. Written by hand because the package node-vault has no types, renewal or retries.
 *
 * @param now the clock that decides whether a deletion is past
 */
function vaultSecretsManager(
  server: VaultServer,
  session: VaultSession,
  { prefix, mount }: SecretsSettings,
  now: () => Instant,
): SecretsManager {
  const call = caller(server, session)
  const get: Get = (path, query = {}) => call({ method: 'GET', path, query })
  const engine = { get, mount: mount.replace(/^\/+|\/+$/g, '') }
  const describe = (name: string) => describeSecret(engine, name, now)
  // Vault’s list shows names only, so each secret is read: one call, and always as it is now.
  const read = (names: string[]) =>
    readEach(
      names.map((name) => ({ name })),
      CONCURRENCY,
      ({ name }) => describe(name),
      ({ cause }) => ({
        outage: isOutage(cause) ? describeFailure(cause) : null,
        throttled: isThrottling(cause),
      }),
    )
  return {
    readAll: async () => read(await list(engine, prefix)),
    read,
    namesOf: async (references) => references,
    nameFault: vaultNameFault,
    describe,
    // Vault only stores versions; the issuer makes new tokens.
    rotate: null,
    canReadValue: (name) => wouldGetValue(call, `${engine.mount}/data/${name}`),
    ownCredential: () => ownCredential(session),
  }
}

async function ownCredential(session: VaultSession): Promise<CredentialEnd | null> {
  try {
    const endsAt = await session.endsAt()
    if (endsAt === null) return null
    return {
      what: 'The Vault token',
      endsAt,
      replace: 'Set a new VAULT_TOKEN, or let the bot log in by AppRole (VAULT_ROLE_ID and VAULT_SECRET_ID)',
    }
  } catch (error) {
    throw new NotReadable(`The Vault token: ${describeFailure(error)}`, { cause: error })
  }
}

type Get = (path: string, query?: Record<string, string>) => Promise<unknown>

interface Engine {
  get: Get
  mount: string
}

type Call = (call: Omit<VaultCall, 'token'>) => Promise<unknown>

function caller(server: VaultServer, session: VaultSession): Call {
  const ask = async (call: VaultCall) => {
    const { data } = await callVault(server, call)
    return data
  }
  return async (call) => {
    const token = await session.token()
    try {
      return await ask({ ...call, token })
    } catch (error) {
      if (!(error instanceof VaultProblem) || error.status !== 403) throw error
      if (!(await session.replace(token, error))) throw await explained(error, token, session)
      return ask({ ...call, token: await session.token() })
    }
  }
}

/** OpenBao answers alike for an expired, an unknown and an unprivileged token. */
async function explained(problem: VaultProblem, token: string, session: VaultSession): Promise<VaultProblem> {
  if (isDeadToken(problem)) return problem
  const why = await session.refusalOf(token)
  return why === null ? problem : new VaultProblem(403, [`token ${why}`], { cause: problem })
}

const capabilitiesSchema = z.record(z.string(), z.unknown())
const READING = ['read', 'root']

/** Reads the token's capabilities on the value's path, never the value. */
async function wouldGetValue(call: Call, path: string): Promise<boolean> {
  try {
    const body = { paths: [path] }
    const answer = capabilitiesSchema.parse(
      await call({ method: 'POST', path: 'sys/capabilities-self', body }),
    )
    const capabilities = z.array(z.string()).parse(answer[path])
    return capabilities.some((each) => READING.includes(each))
  } catch (error) {
    throw notReadable(path, 'sys/capabilities-self', error)
  }
}

const listSchema = z.object({ keys: z.array(z.string()) })

/** All secret paths under the prefix. Vault lists one folder at a time; folders end in a slash. */
async function list(engine: Engine, prefix: string): Promise<string[]> {
  const names: string[] = []
  let folders = [prefix.slice(0, prefix.lastIndexOf('/') + 1)]
  while (folders.length > 0) {
    const listings = await pMap(folders, (folder) => listFolder(engine, folder), { concurrency: CONCURRENCY })
    const paths = listings.flat()
    names.push(...paths.filter((path) => !path.endsWith('/') && path.startsWith(prefix)))
    folders = paths.filter(
      (path) => path.endsWith('/') && (path.startsWith(prefix) || prefix.startsWith(path)),
    )
  }
  return names
}

/** The names in a folder, deleted secrets included. `list=true` replaces the method `LIST`, which some proxies block. */
async function listFolder({ get, mount }: Engine, folder: string): Promise<string[]> {
  try {
    const { keys } = listSchema.parse(await get(metadataPath(mount, folder), { list: 'true' }))
    return keys.map((key) => folder + key)
  } catch (error) {
    const place = `${mount}/${folder}`
    // An empty folder is 404, and so is everything in a mount of another kind.
    if (isMissing(error)) {
      await requireVersion2({ get, mount }, place)
      return []
    }
    throw notReadable(place, 'list metadata', error)
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof VaultProblem && error.status === 404 && error.errors.length === 0

const mountSchema = z.object({ type: z.string(), options: z.object({ version: z.string() }).nullish() })

/** Any token with rights in a mount may read its kind, as Vault's command line does. */
async function requireVersion2({ get, mount }: Engine, name: string): Promise<void> {
  const asked = await get(`sys/internal/ui/mounts/${mount}`).catch((error: unknown) => {
    if (!(error instanceof VaultProblem) || error.status !== 403 || isDeadToken(error))
      throw notReadable(name, 'sys/internal/ui/mounts', error)
    throw new NotReadable(
      `${name}: Vault has no mount ${mount}/ that the bot may see; correct secrets.mount, or VAULT_NAMESPACE`,
      { cause: error },
    )
  })
  const { type, options } = mountSchema.parse(asked)
  if (options?.version === '2') return
  const kind = type === 'kv' ? 'KV version 1, which keeps no versions' : `of the kind ${type}`
  throw new NotReadable(`${name}: the mount ${mount}/ is ${kind}; set secrets.mount to a KV version 2 mount`)
}

const versionSchema = z.object({
  created_time: z.string(),
  deletion_time: z.string(),
  destroyed: z.boolean(),
})
const metadataSchema = z.object({
  created_time: z.string(),
  current_version: z.number(),
  custom_metadata: z.record(z.string(), z.string()).nullish(),
  versions: z.record(z.string(), versionSchema),
})

async function describeSecret(engine: Engine, name: string, now: () => Instant): Promise<Secret> {
  const { get, mount } = engine
  if (vaultNameFault(name) !== null)
    throw new NotReadable(
      `${name}: this is not the path of a secret in Vault; correct its name in the registry`,
    )
  try {
    const metadata = metadataSchema.parse(await get(metadataPath(mount, name)))
    return {
      name,
      tags: censorValues({ ...metadata.custom_metadata }),
      createdAt: instant(metadata.created_time),
      deletedAt: null,
      versions: toVersions(metadata, now()),
    }
  } catch (error) {
    if (isMissing(error)) await requireVersion2(engine, name)
    throw notReadable(name, 'read metadata', error)
  }
}

/**
 * A version with a future deletion time is still readable, and a past deletion can be undone: only
 * `destroyed` is final. When the newest version is deleted Vault does not fall back to an older one, so there
 * is no current version. None is ever pending.
 */
function toVersions(metadata: z.output<typeof metadataSchema>, now: Instant): SecretVersion[] {
  return Object.entries(metadata.versions)
    .sort(([a], [b]) => Number(b) - Number(a))
    .map(([id, { created_time, deletion_time, destroyed }]) => {
      const isDeleted = deletion_time !== '' && Date.parse(deletion_time) <= Date.parse(now)
      const state = destroyed ? 'destroyed' : isDeleted ? 'withdrawn' : 'live'
      const current = state === 'live' && Number(id) === metadata.current_version
      const version = { id, createdAt: instant(created_time), current, pending: false, state } as const
      return deletion_time !== '' && !isDeleted && !destroyed
        ? { ...version, endsAt: instant(deletion_time) }
        : version
    })
}

/** Invalid times become the epoch, as for AWS. */
function instant(text: string): Instant {
  const ms = Date.parse(text)
  return new Date(Number.isNaN(ms) ? 0 : ms).toISOString()
}

const metadataPath = (mount: string, name: string): string => `${mount}/metadata/${name}`

function notReadable(name: string, what: string, error: unknown): NotReadable {
  if (error instanceof NotReadable) return error
  const why = error instanceof z.ZodError ? NOT_KV : describeFailure(error)
  const cause = error instanceof LoginProblem ? error.cause : error
  return new NotReadable(`${name}: ${why} (${what})`, { cause })
}

const NOT_KV = 'Vault’s answer is not that of a KV version 2 mount; check VAULT_ADDR and secrets.mount'
