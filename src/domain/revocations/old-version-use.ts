import type { AgentUse } from '#domain/ports/agent-use'
import { namesVersion, shortVersion, versionUse } from '#domain/tokens/version-use'
import type { OldVersionUse } from './retirement.ts'
import type { Revocation } from './revocation.ts'

/**
 * How an old version is used.
 *
 * @param use since its environment was verified, or since it was disabled
 * @param newVersionId what its agent runs with since
 */
export function oldVersionUse(
  row: Pick<Revocation, 'agent' | 'versionId' | 'issuer'>,
  use: AgentUse,
  newVersionId: string,
): OldVersionUse {
  const refused = row.issuer === 'disabled' ? refusalOf(row, use) : null
  if (refused !== null) return { state: 'refused', sentence: refused }
  // While the new one is refused as well, the old one is the way back.
  const doubtful = use.counts.find(
    ({ agent, version, failures }) =>
      agent === row.agent && failures > 0 && version !== null && namesVersion(version, newVersionId),
  )
  if (doubtful)
    return {
      state: 'unknown',
      sentence: `${row.agent} was refused with the new version ${shortVersion(newVersionId)}`,
    }
  return versionUse(use, { agents: [row.agent], oldVersionId: row.versionId, newVersionId })
}

/** Who was refused with a disabled version; by any of its agent's refusals where no label tells the version. */
function refusalOf(
  { agent, versionId }: Pick<Revocation, 'agent' | 'versionId'>,
  { counts, since }: AgentUse,
): string | null {
  const refused = counts.find(
    (row) =>
      row.agent === agent &&
      row.failures > 0 &&
      (row.version === null || namesVersion(row.version, versionId)),
  )
  if (!refused) return null
  const how = refused.version === null ? '' : ` with the disabled version ${shortVersion(versionId)}`
  return `${agent} was refused${how} since ${since.slice(0, 10)} ${since.slice(11, 19)} UTC`
}
