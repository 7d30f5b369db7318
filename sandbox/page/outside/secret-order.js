/** Display order; other secrets follow. */
export const ENVIRONMENTS = ['sandbox', 'staging', 'production']
const AGENTS = ['orchestrator', 'evaluator', 'tool-runner']

/** Environment and agent of a secret, from its name or its tags. */
export function placeOf({ name, tags }) {
  const parts = name.split('/')
  const environment = parts.find((part) => ENVIRONMENTS.includes(part)) ?? tags?.env ?? 'other'
  const agent = parts.find((part) => AGENTS.includes(part)) ?? name
  const index = AGENTS.indexOf(agent)
  return { environment, agent, order: index < 0 ? AGENTS.length : index }
}
