import type { Rule } from './policy.ts'

/** Capability that a request needs; `update` covers every write to an existing path. */
export type Operation = 'create' | 'read' | 'update' | 'patch' | 'delete' | 'list'

/**
 * The rule that applies: an exact path first, then by pattern priority. Rules for the same path are merged;
 * `deny` wins.
 *
 * @param path without `/v1/`; a list's ends with `/`
 */
export function decidingRule(rules: readonly Rule[], path: string, operation: Operation): Rule | undefined {
  const merged = merge(rules)
  const exact = (wanted: string) => merged.find((rule) => !isPattern(rule.path) && rule.path === wanted)
  const found = exact(path)
  if (found || operation !== 'list' || !path.endsWith('/')) return found ?? bestPattern(merged, path)
  // A rule for the path without its slash also allows a list.
  const bare = path.slice(0, -1)
  return exact(bare) ?? bestPattern(merged, bare) ?? bestPattern(merged, path)
}

/** True when a policy allows the request; without a rule it is denied. */
export function allows(rules: readonly Rule[], path: string, operation: Operation): boolean {
  const rule = decidingRule(rules, path, operation)
  return rule !== undefined && !rule.capabilities.includes('deny') && rule.capabilities.includes(operation)
}

function merge(rules: readonly Rule[]): Rule[] {
  const byPath = Map.groupBy(rules, (rule) => rule.path)
  return [...byPath].map(([path, same]) => {
    const all = new Set(same.flatMap((rule) => rule.capabilities))
    return { path, capabilities: all.has('deny') ? ['deny'] : [...all] }
  })
}

const hasSegmentWildcard = (path: string) => path.split('/').some((part) => part.replace(/\*$/, '') === '+')
const isPattern = (path: string) => path.endsWith('*') || hasSegmentWildcard(path)

function bestPattern(rules: readonly Rule[], path: string): Rule | undefined {
  const matching = rules.filter((rule) => isPattern(rule.path) && matches(rule.path, path))
  return matching.toSorted((a, b) => comparePatterns(a.path, b.path)).at(-1)
}

function matches(pattern: string, path: string): boolean {
  const isPrefix = pattern.endsWith('*')
  const parts = (isPrefix ? pattern.slice(0, -1) : pattern).split('/')
  const asked = path.split('/')
  if (asked.length < parts.length || (!isPrefix && asked.length !== parts.length)) return false
  return parts.every((part, index) => {
    const is = asked[index] ?? ''
    return part === '+' || part === is || (isPrefix && index === parts.length - 1 && is.startsWith(part))
  })
}

/** Vault's "Priority matching" (documentation, "Policies"): the greater one wins. */
function comparePatterns(one: string, other: string): number {
  const [a, b] = [one, other].map(traits)
  if (!a || !b) return 0
  return (
    a.firstWildcard - b.firstWildcard ||
    Number(b.isPrefix) - Number(a.isPrefix) ||
    b.segments - a.segments ||
    one.length - other.length ||
    (one < other ? -1 : 1)
  )
}

const traits = (pattern: string) => ({
  firstWildcard: pattern.search(/[+*]/),
  isPrefix: pattern.endsWith('*'),
  segments: pattern.split('/').filter((part) => part === '+').length,
})
