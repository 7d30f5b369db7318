import type { MultiStaticSelect, PlainTextOption } from '@slack/types'
import { input, option, plain } from './blocks.ts'
import { INPUTS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { plainUntrusted, plural } from './text.ts'

/** The values that the scope select sends. */
export const SCOPE_VALUES = {
  all: 'all',
  environment: (name: string): string => `environment:${name}`,
  agent: (name: string): string => `agent:${name}`,
} as const

/** Reads a selection; `all` beside others, and nothing of a kind, mean every one of it. */
export function parseScopeValues(values: string[]): { environments: string[]; agents: string[] } {
  if (values.includes(SCOPE_VALUES.all)) return { environments: [], agents: [] }
  const named = (prefix: string) =>
    values.filter((value) => value.startsWith(prefix)).map((value) => value.slice(prefix.length))
  return { environments: named('environment:'), agents: named('agent:') }
}

const EVERYTHING = option('Every token in the registry', SCOPE_VALUES.all)

/** What is offered of one kind; what Slack has no room for is counted, so that the form can say so. */
function offered(names: string[], value: (name: string) => string) {
  const fitting = names.filter((name) => value(name).length <= LIMITS.optionValue).slice(0, LIMITS.options)
  const options = fitting.map(
    (name): PlainTextOption => option(plainUntrusted(name, LIMITS.optionText), value(name)),
  )
  return { options, left: names.length - fitting.length }
}

/**
 * The choice of tokens: everything, or environments and agents that are intersected.
 *
 * @param chosen values that it begins with; everything when none of them is offered
 */
export function scopeInput(environments: string[], agents: string[], chosen: string[] = []) {
  const places = offered(environments, SCOPE_VALUES.environment)
  const who = offered(agents, SCOPE_VALUES.agent)
  const groups = [
    { label: plain('Everything', LIMITS.optionText), options: [EVERYTHING] },
    { label: plain('Environments', LIMITS.optionText), options: places.options },
    { label: plain('Agents', LIMITS.optionText), options: who.options },
  ].filter((group) => group.options.length > 0)
  const initial = [...places.options, ...who.options].filter(({ value }) => value && chosen.includes(value))
  const element: MultiStaticSelect = {
    type: 'multi_static_select',
    option_groups: groups,
    initial_options: initial.length > 0 ? initial : [EVERYTHING],
  }
  const left = places.left + who.left
  const meaning =
    'To narrow it, take out "Every token" and choose: environments alone, agents alone, or both. ' +
    'With both, a token is taken when its environment and its agent are chosen.'
  const hint = left > 0 ? `${meaning} ${plural(left, 'name')} had no room in this list.` : meaning
  return input(INPUTS.scope, 'Which tokens', element, { hint })
}
