import type { ModalView, SectionBlock } from '@slack/types'
import { rotationLabel } from '#domain/rotation/rotation'
import { agentsOf, environmentsOf, type TokenName } from '#domain/tokens/scope'
import { modal, section, textArea } from './blocks.ts'
import { FORMS, INPUTS } from './ids.ts'
import { reminderMetadata } from './metadata.ts'
import { SCOPE_VALUES, scopeInput } from './scope-input.ts'
import { escapeUntrusted, list, plural } from './text.ts'

export interface StartOptions {
  /** Every token in the registry. */
  tokens: TokenName[]
  /** Tokens that are already in an open rotation; they cannot be in another. */
  open: { label: string; rotation: number }[]
  environments: string[]
  agents: string[]
  /** Why the registry is not the newest, if so. */
  problem?: string
  /** What the reason field begins with. */
  reason?: string
  /** The due tokens that a reminder named, when it was opened from one. */
  due?: DueStart
}

export interface DueStart {
  /** The message of reminders. */
  reminder: string
  tokens: TokenName[]
}

/** `/rotation start`: for which tokens and why. */
export function startModal(options: StartOptions): ModalView {
  const { tokens, open, environments, agents, problem, reason, due } = options
  const blocks = [
    section(
      `You become its owner. The registry lists ${plural(tokens.length, 'token')}; nothing is rotated before step 3.`,
    ),
    ...registryWarning(problem),
    ...takenWarning(open),
    ...dueNote(tokens, due),
    scopeInput(environments, agents, due ? scopeOf(due.tokens) : []),
    textArea(INPUTS.reason, 'Reason', {
      optional: true,
      placeholder: 'Why now? It is shown on the card.',
      ...(reason && { initial: reason }),
    }),
  ]
  return modal(FORMS.start, 'Start a rotation', blocks, {
    submit: 'Start',
    ...(due && { metadata: reminderMetadata(due.reminder) }),
  })
}

/** The smallest scope that holds these tokens. */
const scopeOf = (tokens: TokenName[]): string[] => [
  ...environmentsOf(tokens).map(SCOPE_VALUES.environment),
  ...agentsOf(tokens).map(SCOPE_VALUES.agent),
]

/** A scope is environments by agents, so it may hold more than what is due. */
function dueNote(tokens: TokenName[], due: DueStart | undefined): SectionBlock[] {
  if (!due) return []
  const [environments, agents] = [environmentsOf(due.tokens), agentsOf(due.tokens)]
  const held = tokens.filter(
    ({ environment, agent }) => environments.includes(environment) && agents.includes(agent),
  )
  const more = held.length - due.tokens.length
  const named = `${plural(due.tokens.length, 'token')} of the reminder`
  return [
    section(more > 0 ? `The scope holds the ${named}, and ${more} more.` : `The scope holds the ${named}.`),
  ]
}

/** Says that the tokens offered may not be today's. */
export const registryWarning = (problem: string | undefined): SectionBlock[] =>
  problem ? [section(`⚠ *The registry could not be read just now:* ${escapeUntrusted(problem, 800)}`)] : []

const TAKEN_NAMED = 9

/** Names the tokens that are not free, by rotation. */
export function takenWarning(open: StartOptions['open']): SectionBlock[] {
  if (open.length === 0) return []
  const byRotation = Map.groupBy(open, ({ rotation }) => rotation)
  const lines = [...byRotation].slice(0, TAKEN_NAMED).map(([rotation, taken]) => {
    const labels = taken.map(({ label }) => escapeUntrusted(label, 100))
    return `• ${rotationLabel(rotation)}: ${list(labels, TAKEN_NAMED)}`
  })
  const left = byRotation.size - lines.length
  return [
    section([
      `⚠ *${plural(open.length, 'token')} already in an open rotation.* Leave them out, or finish that rotation first.`,
      ...lines,
      ...(left > 0 ? [`• and in ${plural(left, 'more rotation')}`] : []),
    ]),
  ]
}
