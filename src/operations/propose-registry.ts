import { findJobProblem } from '#db/queries/job-results'
import { insertJobs } from '#db/queries/outbox-jobs'
import { sha256 } from '#domain/rotation/evidence'
import { parseRegistry } from '#domain/tokens/parse-registry'
import { proposeRegistry as propose } from '#domain/tokens/propose-registry'
import { compareRegistry, type RegistryDrift } from '#domain/tokens/registry-drift'
import { resolveRegistry } from '#domain/tokens/resolve-registry'
import { readInventory } from '#operations/readings/read-inventory'
import { asOfNow, readSecrets } from '#operations/readings/read-secrets'
import { registryProposalJob } from '#outbox/queue/github-jobs'
import type { Context } from '#src/context'
import { registryProposal } from '#views/registry-proposal'
import { transact } from './interaction.ts'

/** The comparison for `/rotation registry`, and the proposed pull request. */
export interface RegistryReport {
  /** Number of tokens in the registry; null if there is no file. */
  registered: number | null
  drift: RegistryDrift
  /** Problems that a person must fix first. */
  left: string[]
  /** The pull request with the changes; null when there is nothing to propose. */
  proposal: { state: 'open'; url: string } | { state: 'waiting'; problem: string | null } | null
}

/** How long the person waits for an answer. GitHub's client waits a second or more between writes. */
const PATIENCE_MS = 20_000

/**
 * Compares the registry with the secrets manager, and enqueues a pull request if something can be proposed.
 *
 * @param by name of the person who requested it
 * @throws NotReadable, RegistryWrong when the file is not a valid registry and a person must fix it
 */
export async function proposeRegistry(context: Context, by: string): Promise<RegistryReport> {
  const { registry: path } = context.config.repository
  const current = await context.repository.readRegistryText()
  const { nameFault } = context.secrets
  const written = current === null ? [] : parseRegistry(current, path, nameFault)
  const tokens = await resolveRegistry(written, context.secrets)
  const writtenAs = new Map(tokens.map((token, index) => [token.secret, written[index]?.secret ?? '']))
  const listed = await readInventory(context)
  const names = new Set(listed.map((reading) => reading.name))
  const others = tokens.map((token) => token.secret).filter((name) => !names.has(name))
  const drift = compareRegistry(tokens, listed, await readSecrets(context, others, asOfNow()))
  // Secrets outside the prefix are never listed, so a missing description does not prove that one was deleted.
  const { prefix } = context.config.secrets
  const { text, changes, left } = propose(
    current,
    drift.differences,
    ({ secret }) => secret.startsWith(prefix),
    (name) => writtenAs.get(name) ?? name,
  )
  const found = { registered: current === null ? null : tokens.length, drift, left }
  if (text === null) return { ...found, proposal: null }
  parseRegistry(text, path, nameFault)
  const known = await context.repository.findRegistryProposal(text)
  if (known) return { ...found, proposal: { state: 'open', url: known.url } }
  const words = registryProposal({ path, isNew: current === null, changes, left, by })
  const basedOn = current === null ? null : sha256(current)
  return { ...found, proposal: await enqueueProposal(context, { text, basedOn, ...words }) }
}

async function enqueueProposal(
  context: Context,
  payload: Parameters<typeof registryProposalJob>[1],
): Promise<RegistryReport['proposal']> {
  const at = context.clock.now()
  const job = registryProposalJob(at, payload)
  await transact(context, (tx) => insertJobs(tx, [job], at))
  context.outbox.wake()
  const result = await context.outbox.delivered(job.key, PATIENCE_MS)
  if (typeof result === 'object' && result !== null && 'url' in result && typeof result.url === 'string')
    return { state: 'open', url: result.url }
  return { state: 'waiting', problem: await findJobProblem(context.db, job.key) }
}
