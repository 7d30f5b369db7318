import type { AgentUse, VersionCounts } from '#domain/ports/agent-use'

/** A shorter beginning of a version's id could be that of another version. */
const SHORTEST_PREFIX = 8

/** Whether a label `version` names a version: its full id, or at least the first 8 characters of it. */
export const namesVersion = (label: string, versionId: string): boolean =>
  label === versionId || (label.length >= SHORTEST_PREFIX && versionId.startsWith(label))

/** Whether a version's id is not also that of another secret's version, as a short one may be. */
export const isUniqueId = (versionId: string): boolean => versionId.length >= SHORTEST_PREFIX

/** The beginning of a version, as people see it. */
export const shortVersion = (version: string): string => version.slice(0, SHORTEST_PREFIX)

export interface VersionQuestion {
  /** Who has the token. */
  agents: readonly string[]
  oldVersionId: string
  newVersionId: string
}

/** Whether an old version may be disabled, with a sentence for a person. */
export type VersionUse =
  /**
   * `telemetry`: by the label `version`, each agent authenticated with the new version, and nobody tried the old one. `inferred`: there
   * is no such label, but each agent authenticated and none was refused.
   */
  | { state: 'unused'; basis: 'telemetry' | 'inferred'; sentence: string }
  /** Somebody authenticated with it, or tried to. */
  | { state: 'in-use'; sentence: string }
  | { state: 'unknown'; sentence: string }

/**
 * Decides whether nobody uses an old version any more.
 *
 * @param use since the deployment to the environment, or since a later instant: an agent that stopped during the deployment may
 *   have used the old version after the last scrape before its end
 */
export function versionUse(use: AgentUse, question: VersionQuestion): VersionUse {
  const { agents, oldVersionId, newVersionId } = question
  const users = usersOf(use.counts, question)
  const since = `since ${use.since.slice(0, 10)} ${use.since.slice(11, 19)} UTC`
  if (users.length > 0)
    return {
      state: 'in-use',
      sentence: `${list(users)} with the old version ${shortVersion(oldVersionId)}, ${since}`,
    }
  const obstacle = findObstacle(use, question)
  if (obstacle !== null) return { state: 'unknown', sentence: obstacle }
  const judged = agents.map((agent) => judgeAgent(agent, use, question))
  const unclear = judged.flatMap(({ doubt }) => doubt ?? [])
  if (unclear.length > 0) return { state: 'unknown', sentence: `${list(unclear)}, ${since}` }
  if (judged.every(({ isLabelled }) => isLabelled))
    return {
      state: 'unused',
      basis: 'telemetry',
      sentence: `${list([...agents])} authenticated with the new version ${shortVersion(newVersionId)}, nobody with the old one, ${since}`,
    }
  return {
    state: 'unused',
    basis: 'inferred',
    sentence: `${list([...agents])} authenticated, and none was refused, ${since}; the telemetry does not say with which version`,
  }
}

/** Who used the old version. A short id, such as Vault's 3, is also that of other secrets' versions. */
function usersOf(
  counts: readonly VersionCounts[],
  { agents, oldVersionId, newVersionId }: VersionQuestion,
): string[] {
  const isUnique = isUniqueId(oldVersionId)
  return counts
    .filter(({ agent, version }) => {
      if (version === null || (!isUnique && !agents.includes(agent))) return false
      return namesVersion(version, oldVersionId) && !namesVersion(version, newVersionId)
    })
    .filter(isActive)
    .map(({ agent, successes, failures }) => {
      if (successes > 0) return `${agent} authenticated ${times(successes)}`
      return failures > 0 ? `${agent} was refused ${times(failures)}` : `${agent} warned`
    })
}

const isActive = ({ successes, failures, warnings }: VersionCounts): boolean =>
  [successes, failures, warnings].some((value) => value !== 0 && !Number.isNaN(value))

function times(value: number): string {
  const count = Math.max(1, Math.round(value))
  return count === 1 ? 'once' : `${count} times`
}

/** Why the answers as a whole are not enough, a sentence; null when they are. */
function findObstacle(use: AgentUse, { agents, oldVersionId, newVersionId }: VersionQuestion): string | null {
  if (agents.length === 0) return 'No agent is known that uses this version'
  if (oldVersionId === newVersionId) return `Version ${shortVersion(oldVersionId)} is the current one`
  const queries = use.queries.filter(({ counts }) => counts !== 'warnings')
  if (!queries.some(({ counts }) => counts === 'successes')) return 'No telemetry query counts successes'
  const unread = queries.find(({ problem }) => problem !== null)
  if (unread) return `${unread.name}: ${unread.problem?.sentence}`
  const partial = queries.find(({ warnings }) => warnings.length > 0)
  if (partial) return `${partial.name}: the answer may be incomplete: ${partial.warnings[0]}`
  const odd = use.counts.find(
    ({ version, ...row }) =>
      version !== null &&
      namesVersion(version, oldVersionId) &&
      Number.isNaN(row.successes + row.failures + row.warnings),
  )
  if (odd) return `The telemetry has a value for ${odd.agent} that is no number`
  const both = use.counts.find(
    ({ version }) =>
      version !== null && namesVersion(version, oldVersionId) && namesVersion(version, newVersionId),
  )
  return both ? `The label version ${both.version} may be the old version or the new one` : null
}

interface Judged {
  /** Every authentication has a label `version`, and the new version is among them. */
  isLabelled: boolean
  doubt: string | null
}

function judgeAgent(agent: string, use: AgentUse, { newVersionId }: VersionQuestion): Judged {
  const rows = use.counts.filter((row) => row.agent === agent)
  const doubt = (words: string): Judged => ({ isLabelled: false, doubt: `${agent} ${words}` })
  if (rows.some(({ successes, failures }) => !Number.isFinite(successes + failures)))
    return doubt('has a value that is no number')
  const bare = rows.filter(({ version, ...row }) => version === null && row.successes + row.failures !== 0)
  const isNewUsed = rows.some(
    ({ version, successes }) => version !== null && namesVersion(version, newVersionId) && successes > 0,
  )
  if (isNewUsed && bare.length === 0) return { isLabelled: true, doubt: null }
  if (!rows.some(({ successes }) => successes > 0)) return doubt('did not authenticate')
  if (bare.length === 0) {
    const other = rows.find(({ successes }) => successes > 0)?.version ?? ''
    return doubt(`authenticated with “${shortVersion(other)}”, which is neither the old nor the new version`)
  }
  if (rows.some(({ failures }) => failures !== 0)) return doubt('was refused')
  if (!use.queries.some(({ counts }) => counts === 'failures'))
    return doubt('authenticated, but no telemetry query counts failures')
  return bare.some(({ successes }) => successes > 0) || isNewUsed
    ? { isLabelled: false, doubt: null }
    : doubt('did not authenticate with the new version')
}

const NAMED = 3

/** `a, b, c and 4 more` */
function list(words: string[]): string {
  const more = words.length - NAMED
  return `${words.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
