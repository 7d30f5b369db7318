import { DatabaseProblem } from '../database-problem.ts'
import { type Address, wordAddress } from './address.ts'
import { codeOf, isPassing, isUnreachable, wordPassing } from './failures.ts'

/** Codes of Node for a certificate that it does not accept. */
const CERTIFICATE = /CERT|LEAF_SIGNATURE|SELF_SIGNED/

/** A sentence for whoever starts the bot: what PostgreSQL or the network refused, and what to do. Never the password. */
export function explainFailure(error: unknown, address: Address): DatabaseProblem {
  if (error instanceof DatabaseProblem) return error
  const passing = isPassing(error)
  return new DatabaseProblem(wordFailure(error, address), { cause: error, passing })
}

function wordFailure(error: unknown, address: Address): string {
  const where = wordAddress(address)
  const user = address.user ?? 'of the environment'
  const code = codeOf(error)
  const message = error instanceof Error ? error.message : String(error)
  if (isUnreachable(error))
    return `PostgreSQL (${where}) cannot be reached: ${code || message}. Check the address in DATABASE_URL, that the server runs, and that this machine may connect to it.`
  if (isPassing(error))
    return `PostgreSQL (${where}) does not take connections: ${wordPassing(error)}. Start the bot again later.`
  if (code === '28P01')
    return `PostgreSQL (${where}) refuses the password of the user ${user}. Correct it in DATABASE_URL or PGPASSWORD.`
  if (code === '28000')
    return `PostgreSQL (${where}) does not let the user ${user} connect: ${message}. Create the user, or allow it in pg_hba.conf; where that asks for TLS, add ?sslmode=verify-full to DATABASE_URL.`
  if (code === '3D000')
    return `PostgreSQL has no database ${address.database}. Create it: create database ${address.database} owner ${user};`
  if (code === '42501')
    return `PostgreSQL (${where}) does not let the user ${user} do what the bot needs: ${message}. As an administrator: ${grants(address)}`
  if (/does not support SSL/.test(message))
    return `PostgreSQL (${where}) does not offer TLS, which sslmode in DATABASE_URL asks for. Enable it on the server (ssl = on).`
  if (CERTIFICATE.test(code) || /certificate/.test(message))
    return `The certificate of PostgreSQL (${where}) is not accepted: ${message}. Name the file of its certificate authority in DATABASE_URL (&sslrootcert=/path/ca.pem), and the host as the certificate has it.`
  return `PostgreSQL (${where}) cannot be used: ${message}.`
}

/** What an administrator has to enter. */
export const grants = ({ user = 'USER', database }: Address): string =>
  `grant connect on database ${database} to ${user}; grant usage, create on schema public to ${user};`
