import type { KnownBlock, MultiStaticSelect, PlainTextOption } from '@slack/types'
import { context, input, option, plain } from './blocks.ts'
import { INPUTS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { escapeUntrusted, list, plural, sanitizePlainText } from './text.ts'

/** The option values of the scope select. */
export const SCOPE_VALUES = {
  all: 'all',
  environment: (name: string): string => `environment:${name}`,
  agent: (name: string): string => `agent:${name}`,
} as const

/** Parses a selection. An empty list means all of that kind; `all` means both. */
export function parseScopeValues(values: string[]): { environments: string[]; agents: string[] } {
  if (values.includes(SCOPE_VALUES.all)) return { environments: [], agents: [] }
  const named = (prefix: string) =>
    values.filter((value) => value.startsWith(prefix)).map((value) => value.slice(prefix.length))
  return { environments: named('environment:'), agents: named('agent:') }
}

const EVERYTHING = option('Every token in the registry', SCOPE_VALUES.all)

/** The options of one kind, and how many names exceed Slack's limits. */
function offered(names: string[], value: (name: string) => string) {
  const fitting = names.filter((name) => value(name).length <= LIMITS.optionValue).slice(0, LIMITS.options)
  const options = fitting.map(
    (name): PlainTextOption => option(sanitizePlainText(name, LIMITS.optionText), value(name)),
  )
  return { options, left: names.length - fitting.length }
}

/** What the choice offers, and what follows for what is chosen. */
export interface ScopeChoice {
  environments: string[]
  agents: string[]
  /** Preselected values. */
  chosen?: string[]
  /** Environments that step 4 cannot verify for what is chosen. */
  unverified?: string[]
}

/** The choice of tokens, which updates the form, and what step 4 cannot verify for it. */
export const scopeBlocks = ({ environments, agents, chosen, unverified = [] }: ScopeChoice): KnownBlock[] => [
  { ...scopeInput(environments, agents, chosen), dispatch_action: true },
  ...context(unverified.length > 0 ? [unverifiedWords(unverified)] : []),
]

const UNVERIFIED_NAMED = 4

function unverifiedWords(unverified: string[]): string {
  const names = list(
    unverified.map((name) => escapeUntrusted(name, 100)),
    UNVERIFIED_NAMED,
  )
  return `⚠ A rotation of these tokens alone verifies nothing in ${names} before the sign-offs: each check of step 4 there needs a documented manual step, which the approvers see first.`
}

/**
 * The choice of tokens: everything, or the intersection of environments and agents.
 *
 * @param chosen preselected values; everything if none of them is an option
 */
function scopeInput(environments: string[], agents: string[], chosen: string[] = []) {
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
  const narrow =
    initial.length > 0
      ? 'Add or remove environments and agents.'
      : 'To narrow it, remove "Every token" and choose environments, agents, or both.'
  const meaning = `${narrow} With both, only tokens whose environment and agent are both selected are included.`
  const hint = left > 0 ? `${meaning} ${plural(left, 'name')} not shown in this list.` : meaning
  return input(INPUTS.scope, 'Which tokens', element, { hint })
}
