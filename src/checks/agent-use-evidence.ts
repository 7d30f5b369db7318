import type { AgentUse, QueryReading } from '#domain/ports/agent-use'
import { excerptEvidence, linkEvidence } from '#domain/rotation/evidence'
import type { Evidence } from '#domain/rotation/rotation'
import { clip, inDigits, named, samplesOf, sum, withVersion } from '#domain/tokens/judge-agents'
import { formatInstant } from './format-instant.ts'

/** An excerpt has this many values, a link's label fewer. */
const LISTED = 20
const LABELLED = 5

/** Each answered query with its values, those of the agents in question first; and who else was measured. */
export function agentUseEvidence(use: AgentUse, agents: readonly string[]): Evidence[] {
  const answered = use.queries.filter(({ samples, problem }) => problem === null || samples.length > 0)
  const others = [...new Set(use.counts.map(({ agent }) => agent))].filter((agent) => !agents.includes(agent))
  // Links first: queries are long and the modal shows only part of the list.
  return [
    ...answered.map((query) => linkEvidence(`${query.name}: ${byAgent(query, agents)}`, query.graphUrl)),
    ...answered.map((query) =>
      excerptEvidence(`${query.promql}: ${byVersion(query, agents)}, at ${formatInstant(use.at)}`),
    ),
    ...(others.length > 0
      ? [excerptEvidence(`measured too, not in this rotation: ${named(others.map(clip), LISTED)}`)]
      : []),
  ]
}

function byAgent(query: QueryReading, agents: readonly string[]): string {
  const values = agents.flatMap((agent) => {
    const own = samplesOf(query, agent)
    return own.length > 0 ? [`${agent} ${inDigits(sum(own))}`] : []
  })
  return values.length > 0 ? named(values, LABELLED) : 'nothing'
}

function byVersion(query: QueryReading, agents: readonly string[]): string {
  const values = agents.flatMap((agent) => samplesOf(query, agent)).map(withVersion)
  return values.length > 0 ? named(values, LISTED) : 'nothing'
}
