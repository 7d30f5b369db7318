import type { AgentUse } from '#domain/ports/agent-use'
import { isUniqueId, namesVersion, shortVersion, versionUse } from '#domain/tokens/version-use'
import type { OldVersionUse } from './retirement.ts'
import type { Revocation } from './revocation.ts'

/**
 * How an old version is used.
 *
 * @param use since its environment was verified, or since it was disabled
 * @param newVersionId what its agent runs with since
 */
export function oldVersionUse(
  row: Pick<Revocation, 'agent' | 'versionId'> & { isDisabled: boolean },
  use: AgentUse,
  newVersionId: string,
): OldVersionUse {
  const refused = row.isDisabled ? refusalOf(row, use, newVersionId) : null
  if (refused !== null) return { state: 'refused', sentence: refused }
  if (row.isDisabled && !use.queries.some(({ counts }) => counts === 'failures'))
    return {
      state: 'unknown',
      sentence: 'no telemetry query counts failures, so a refused agent would not be seen',
    }
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

/**
 * Who was refused with a disabled version: anybody whose label names it, and by any of its agent's refusals where no label tells the
 * version. A short id, such as Vault's 3, is also that of other secrets' versions.
 */
function refusalOf(
  { agent, versionId }: Pick<Revocation, 'agent' | 'versionId'>,
  { counts, since }: AgentUse,
  newVersionId: string,
): string | null {
  const refused = counts.find((row) => {
    if (!(row.failures > 0)) return false
    if (row.agent === agent) return row.version === null || namesVersion(row.version, versionId)
    if (row.version === null || !isUniqueId(versionId)) return false
    return namesVersion(row.version, versionId) && !namesVersion(row.version, newVersionId)
  })
  if (!refused) return null
  const how = refused.version === null ? '' : ` with the disabled version ${shortVersion(versionId)}`
  return `${refused.agent} was refused${how} since ${since.slice(0, 10)} ${since.slice(11, 19)} UTC`
}
