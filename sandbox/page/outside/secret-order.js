/** The same order everywhere. Secrets that people added themselves come after. */
export const ENVIRONMENTS = ['production', 'staging', 'sandbox']
const AGENTS = ['orchestrator', 'evaluator', 'tool-runner']

/** Where a secret belongs, by its tags or else by its name. */
export function placeOf({ name, tags }) {
  const parts = name.split('/')
  const environment = parts.find((part) => ENVIRONMENTS.includes(part)) ?? tags?.env ?? 'other'
  const agent = parts.find((part) => AGENTS.includes(part)) ?? name
  const index = AGENTS.indexOf(agent)
  return { environment, agent, order: index < 0 ? AGENTS.length : index }
}
