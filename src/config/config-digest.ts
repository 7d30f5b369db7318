import canonicalize from 'canonicalize'
import { sha256 } from '#domain/rotation/evidence'
import type { Config } from './config.ts'

const SHOWN_LENGTH = 12

/** What bots must have in common: `rotation.config.yml`, with its defaults, and the key of the log. Nothing of it is secret. */
export function configDigest(config: Config): string {
  const { env: _, secretsEnv: __, database: ___, jira, signingKeys, ...file } = config
  const common = { ...file, jira: jira?.baseUrl ?? null, signingKey: signingKeys.current?.id ?? null }
  return sha256(canonicalize(common) ?? '').slice(0, SHOWN_LENGTH)
}
