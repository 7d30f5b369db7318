import type { ModalView, SectionBlock } from '@slack/types'
import type { Forecast } from '#domain/rotation/forecast'
import { rotationLabel } from '#domain/rotation/rotation'
import { agentsOf, environmentsOf, type TokenName } from '#domain/tokens/scope'
import { modal, section, textArea } from './blocks.ts'
import { forecastBlocks } from './forecast.ts'
import { FORMS, INPUTS } from './ids.ts'
import { reminderMetadata } from './metadata.ts'
import { pack } from './pack.ts'
import { SCOPE_VALUES, scopeBlocks } from './scope-input.ts'
import { escapeUntrusted, link, list, plural } from './text.ts'

export interface StartOptions {
  tokens: TokenName[]
  /** Tokens that are already in an open rotation and cannot be in another. */
  open: { label: string; rotation: number; permalink?: string | null }[]
  environments: string[]
  agents: string[]
  /** Why the registry shown may be out of date. */
  problem?: string
  reason?: string
  /** The due tokens, if the form was opened for them. */
  due?: DueStart
  /** The values that are chosen as its scope; everything where it is empty. */
  chosen?: string[]
  /** Environments that step 4 cannot verify for the scope that is chosen. */
  unverified?: string[]
  /** For the scope that is chosen. */
  forecast?: Forecast
}

export interface DueStart {
  /** The reminder’s message, or `OVERDUE`. */
  reminder: string
  /** Empty once another scope was chosen. */
  tokens: TokenName[]
}

/** `/rotation start`: which tokens, and why. */
export function startModal(options: StartOptions): ModalView {
  const { tokens, open, problem, reason, due, forecast } = options
  if (tokens.length > 0 && open.length === tokens.length) return nothingFree(options)
  const blocks = [
    ...(forecast ? forecastBlocks(forecast) : []),
    ...registryWarning(problem),
    ...takenWarning(open, tokens.length),
    section([
      `You become its owner. The registry lists ${plural(tokens.length, 'token')}.`,
      ...dueNote(tokens, due),
    ]),
    ...scopeBlocks(options),
    textArea(INPUTS.reason, 'Reason', {
      optional: true,
      placeholder: 'Why now? Shown on the card.',
      ...(reason && { initial: reason }),
    }),
  ]
  return modal(FORMS.start, 'Start a rotation', blocks, {
    submit: 'Start',
    ...(due && { metadata: reminderMetadata(due.reminder) }),
  })
}

/** Instead of a form that could only be refused. */
const nothingFree = ({ tokens, open, problem }: StartOptions): ModalView =>
  modal(FORMS.message, 'Start a rotation', [
    ...registryWarning(problem),
    ...takenWarning(open, tokens.length, 'None is left to start with.'),
    section([
      'A token is in one open rotation at a time: finish or abort that one first.',
      'Did something happen to a token? `/rotation incident` can raise or supersede an open rotation.',
    ]),
  ])

/** The smallest scope that contains these tokens. */
export const scopeOf = (tokens: TokenName[]): string[] => [
  ...environmentsOf(tokens).map(SCOPE_VALUES.environment),
  ...agentsOf(tokens).map(SCOPE_VALUES.agent),
]

/** A scope is environments × agents, so it can contain more than the due tokens. */
function dueNote(tokens: TokenName[], due: DueStart | undefined): string[] {
  // Another scope was chosen since.
  if (!due || due.tokens.length === 0) return []
  const [environments, agents] = [environmentsOf(due.tokens), agentsOf(due.tokens)]
  const held = tokens.filter(
    ({ environment, agent }) => environments.includes(environment) && agents.includes(agent),
  )
  const more = held.length - due.tokens.length
  const named = plural(due.tokens.length, 'due token')
  return [more > 0 ? `The scope contains the ${named} and ${more} more.` : `The scope contains the ${named}.`]
}

/** Warns that the tokens listed may be out of date. */
export const registryWarning = (problem: string | undefined): SectionBlock[] =>
  problem ? [section(`⚠ *The registry could not be read just now:* ${escapeUntrusted(problem, 800)}`)] : []

const TAKEN_NAMED = 9

/** `Open R42`, a link to the card; empty where it was not posted yet. */
const openWords = ([first]: StartOptions['open']): string =>
  first?.permalink ? link(first.permalink, `Open ${rotationLabel(first.rotation)}`) : ''

/**
 * Lists the tokens that are already in an open rotation, by rotation.
 *
 * @param all how many tokens the registry lists
 * @param advice what to do about them
 */
export function takenWarning(
  open: StartOptions['open'],
  all: number,
  advice = 'Leave them out, or finish that rotation first.',
): SectionBlock[] {
  if (open.length === 0) return []
  const byRotation = Map.groupBy(open, ({ rotation }) => rotation)
  const [[only, every = []] = []] = byRotation
  if (only !== undefined && every.length === all)
    return [
      section(`⚠ *${rotationLabel(only)} already covers all ${plural(all, 'token')}.* ${openWords(every)}`),
    ]
  const lines = [...byRotation].slice(0, TAKEN_NAMED).map(([rotation, taken]) => {
    const labels = taken.map(({ label }) => escapeUntrusted(label, 180))
    return `• ${openWords(taken) || rotationLabel(rotation)}: ${list(labels, TAKEN_NAMED)}`
  })
  const left = byRotation.size - lines.length
  return pack([
    `⚠ *${plural(open.length, 'token')} already in an open rotation.* ${advice}`,
    ...lines,
    ...(left > 0 ? [`• and in ${plural(left, 'more rotation')}`] : []),
  ]).map((text) => section(text))
}
