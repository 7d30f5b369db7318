import { z } from 'zod'
import type { Instant } from '#domain/rotation/rotation'
import { registerSecrets } from '#redaction/error-text'
import { callVault, type VaultServer } from './vault-http.ts'
import { describeFailure, LoginProblem, VaultProblem } from './vault-problem.ts'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const LONGEST_TIMER_MS = 2 ** 31 - 1
/** How long a token counts as valid after a look-up, so that concurrent refusals need only one. */
const ALIVE_FOR_MS = 5 * SECOND

export type VaultCredentials = { token: string } | { roleId: string; secretId: string }

/** The bot's Vault token: obtained when first needed, renewed, and replaced where possible. */
export interface VaultSession {
  /** @throws LoginProblem */
  token(): Promise<string>
  /** Whether there is a new token after Vault refused one. */
  replace(token: string, problem: VaultProblem): Promise<boolean>
  /** When a given token ends for good; null for one that the bot renews or replaces. @throws LoginProblem */
  endsAt(): Promise<Instant | null>
  /** Whether Vault refuses a token itself, and not only what it asked for; null while it knows the token. */
  refusalOf(token: string): Promise<TokenProblem | null>
}

/** `expired`: Vault knew the token before. `unknown`: it never did. */
export type TokenProblem = 'expired' | 'unknown'

/** A token and its expiry in machine time, ms; Infinity for never. */
interface Lease {
  token: string
  renewable: boolean
  fullMs: number
  expiresAt: number
}

const authSchema = z.object({ client_token: z.string(), lease_duration: z.number(), renewable: z.boolean() })
const lookupSchema = z.object({ ttl: z.number(), renewable: z.boolean().default(false) })

/**
 * Opens a session by AppRole or with a given token. A given token is renewed from the start, because nobody
 * can replace it once expired; an AppRole logs in at the first call.
 */
export function createVaultSession(server: VaultServer, credentials: VaultCredentials): VaultSession {
  const given = 'token' in credentials ? credentials.token : null
  let lease: Promise<Lease> | null = null
  let timer: NodeJS.Timeout | undefined
  let seenAlive = { token: '', until: 0 }

  const open = (): Promise<Lease> =>
    'token' in credentials ? lookUp(server, credentials.token) : logIn(server, credentials)

  /** One login shared by all callers; a failed one is not kept. */
  function begin(): Promise<Lease> {
    const opening = open()
    lease = opening
    opening.then(schedule, () => {
      if (lease === opening) lease = null
    })
    return opening
  }

  function schedule({ expiresAt, renewable }: Lease): void {
    clearTimeout(timer)
    if (expiresAt === Number.POSITIVE_INFINITY || (given !== null && !renewable)) return
    // After two thirds, so that an outage may last the last third.
    const wait = ((expiresAt - Date.now()) * 2) / 3
    timer = setTimeout(() => void refresh(), Math.min(Math.max(wait, SECOND), LONGEST_TIMER_MS))
    timer.unref()
  }

  async function refresh(): Promise<void> {
    const held = await lease
    if (!held) return
    try {
      const renewed = held.renewable ? await renew(server, held) : null
      // A renewal cut by the maximum lifetime would only get shorter next time.
      const isWhole = renewed !== null && renewed.expiresAt - Date.now() > held.fullMs / 2
      if (given === null && !isWhole) await begin()
      else if (renewed) {
        lease = Promise.resolve(renewed)
        schedule(renewed)
      }
    } catch {
      // It is valid for another third of its life; later callers get the error.
      if (held.expiresAt > Date.now()) schedule(held)
    }
  }

  function keepAlive(): void {
    begin().catch(() => setTimeout(keepAlive, MINUTE).unref())
  }
  if (given !== null) keepAlive()

  async function isAlive(token: string): Promise<boolean> {
    if (seenAlive.token === token && seenAlive.until > Date.now()) return true
    try {
      await callVault(server, { method: 'GET', path: 'auth/token/lookup-self', token })
    } catch (error) {
      if (error instanceof VaultProblem && error.status === 403) return false
    }
    seenAlive = { token, until: Date.now() + ALIVE_FOR_MS }
    return true
  }

  async function token(): Promise<string> {
    const held = await (lease ?? begin())
    return held.expiresAt > Date.now() || given !== null ? held.token : (await begin()).token
  }

  return {
    token,
    async replace(refused, problem) {
      if (given !== null) return false
      // Older servers use one message for an invalid token and a forbidden path.
      if (!/invalid token/.test(problem.message) && (await isAlive(refused))) return false
      // Another caller may have replaced it already.
      if ((await token()) === refused) await begin()
      return true
    },
    endsAt: async () => (given === null ? null : endOf(server, given)),
    async refusalOf(refused) {
      if (await isAlive(refused)) return null
      const held = await lease?.catch(() => null)
      return held && Number.isFinite(held.fullMs) ? 'expired' : 'unknown'
    },
  }
}

async function logIn(
  server: VaultServer,
  { roleId, secretId }: { roleId: string; secretId: string },
): Promise<Lease> {
  try {
    const body = { role_id: roleId, secret_id: secretId }
    const { auth } = await callVault(server, { method: 'POST', path: 'auth/approle/login', body })
    return leaseOf(auth)
  } catch (error) {
    const status = error instanceof VaultProblem ? error.status : null
    const why =
      status === 400 || status === 403 ? LOGIN_REFUSED : status === 404 ? NO_APPROLE : describeFailure(error)
    throw new LoginProblem(`${why} (auth/approle/login)`, { cause: error })
  }
}

const LOGIN_REFUSED =
  'the AppRole login was refused; set a valid VAULT_ROLE_ID and VAULT_SECRET_ID, and the right VAULT_NAMESPACE'
const NO_APPROLE = 'there is no AppRole login; enable it at auth/approle, or set VAULT_TOKEN'

/** The lifetime of a given token; Infinity when it cannot be read. */
async function lookUp(server: VaultServer, token: string): Promise<Lease> {
  const forever = {
    token,
    renewable: false,
    fullMs: Number.POSITIVE_INFINITY,
    expiresAt: Number.POSITIVE_INFINITY,
  }
  try {
    const { data } = await callVault(server, { method: 'GET', path: 'auth/token/lookup-self', token })
    const { ttl, renewable } = lookupSchema.parse(data)
    if (ttl === 0) return forever
    return { token, renewable, fullMs: ttl * SECOND, expiresAt: Date.now() + ttl * SECOND }
  } catch (error) {
    if (error instanceof VaultProblem && error.status === 403) return forever
    throw new LoginProblem(`${describeFailure(error)} (auth/token/lookup-self)`, { cause: error })
  }
}

const endSchema = z.object({
  renewable: z.boolean().default(false),
  expire_time: z.iso.datetime({ offset: true }).nullish(),
  issue_time: z.iso.datetime({ offset: true }).nullish(),
  explicit_max_ttl: z.number().default(0),
})

/** A token that is renewed ends with its own maximum lifetime; the mount's is not in the answer (Vault: “Token time-to-live”). */
async function endOf(server: VaultServer, token: string): Promise<Instant | null> {
  try {
    const { data } = await callVault(server, { method: 'GET', path: 'auth/token/lookup-self', token })
    const { renewable, expire_time, issue_time, explicit_max_ttl } = endSchema.parse(data)
    const longest =
      explicit_max_ttl > 0 && issue_time ? Date.parse(issue_time) + explicit_max_ttl * SECOND : Number.NaN
    const ends = renewable ? longest : expire_time ? Date.parse(expire_time) : Number.NaN
    return Number.isNaN(ends) ? null : new Date(ends).toISOString()
  } catch (error) {
    throw new LoginProblem(`${describeFailure(error)} (auth/token/lookup-self)`, { cause: error })
  }
}

async function renew(server: VaultServer, held: Lease): Promise<Lease> {
  const { auth } = await callVault(server, {
    method: 'POST',
    path: 'auth/token/renew-self',
    token: held.token,
    body: {},
  })
  return { ...leaseOf(auth), fullMs: held.fullMs }
}

function leaseOf(auth: unknown): Lease {
  const { client_token, lease_duration, renewable } = authSchema.parse(auth)
  const fullMs = lease_duration === 0 ? Number.POSITIVE_INFINITY : lease_duration * SECOND
  registerSecrets([client_token])
  return { token: client_token, renewable, fullMs, expiresAt: Date.now() + fullMs }
}
