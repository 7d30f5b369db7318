import type { KnownBlock } from '@slack/types'
import type { CheckDefinition } from '#domain/rotation/checks'
import { phaseCountsSince } from '#domain/rotation/current-results'
import { type CheckResult, type Instant, rotationLabel } from '#domain/rotation/rotation'
import type { StepId } from '#domain/rotation/steps'
import { actions, button, section } from './blocks.ts'
import {
  appearance,
  CHECK_WORDS,
  definitionsOf,
  evidenceLinks,
  exceptionFor,
  overridableChecksIn,
  resultOf,
} from './check-lines.ts'
import { ACTIONS } from './ids.ts'
import type { Names, RotationState } from './state.ts'
import { escapeUntrusted } from './text.ts'
import { duration, millisBetween, sentenceOf, time, when } from './times.ts'
import { who } from './words.ts'

/** The checks of a step with what they found, and the button that runs them again. */
export function checkBlocks(state: RotationState, step: StepId, names: Names, now: Instant): KnownBlock[] {
  const checks = definitionsOf(state, step)
  if (checks.length === 0) {
    const words = '*Verified by machine:* no machine checks in this step. Only you confirm it.'
    return [section(words, { block_id: 'checks' })]
  }
  const running = checks.some((check) => state.running.includes(check.id))
  const ran = checks.some((check) => resultOf(state, check.id))
  const label = rotationLabel(state.rotation.id)
  const accessory = button(ran ? 'Run again' : 'Run checks', ACTIONS.runChecks, label)
  const title = `*Verified by machine* · ${checkedWords(state, checks, now)}${waitsForClock(state, step, now)}`
  return [
    section(title, { block_id: 'checks', ...(!running && { accessory }) }),
    ...checks.map((check) => section(checkLines(state, check, names), { block_id: `check:${check.id}` })),
    ...actions(
      overridableChecksIn(state, step).length > 0 && !running
        ? [button('Record manual step', ACTIONS.recordManualStep, label)]
        : [],
      'manual-step-actions',
    ),
  ]
}

/** Results older than this show their age; a younger age would soon be wrong in an open modal. Milliseconds. */
const AGE_SHOWN_FROM = 10 * 60_000

function checkedWords(state: RotationState, checks: CheckDefinition[], now: Instant): string {
  if (checks.some((check) => state.running.includes(check.id))) return '… checking now'
  const times = checks.flatMap((check) => resultOf(state, check.id)?.finishedAt ?? []).sort()
  const [oldest] = times
  if (!oldest) return 'not checked yet'
  const age = millisBetween(oldest, now)
  return age < AGE_SHOWN_FROM ? `checked ${when(oldest)}` : `checked ${when(oldest)}, ${duration(age)} ago`
}

/** The clocks of bots and of GitHub differ by less, in milliseconds. */
const CLOCKS_DIFFER = 10_000

/** Why nothing that is checked counts yet: the clock was set back behind what the checks must be later than. */
function waitsForClock({ rotation }: RotationState, step: StepId, now: Instant): string {
  const from = phaseCountsSince(rotation, step)
  if (millisBetween(now, from) < CLOCKS_DIFFER) return ''
  return `\n⚠ The clock of the bot’s machine is behind: checks count from ${when(from)} on.`
}

/** Links always; labels without a link only for a check that did not pass, and not if its sentence names them. */
function proofLinks({ state, sentence, evidence }: CheckResult): string[] {
  const shown = evidence.filter(
    ({ url, label }) => url !== null || (state !== 'passed' && !sentence.includes(label)),
  )
  return shown.length > 0 ? [evidenceLinks(shown)] : []
}

function checkLines(state: RotationState, { id, title, how }: CheckDefinition, names: Names): string[] {
  const look = appearance(state, id)
  const { sign, word } = CHECK_WORDS[look]
  const lead = `${sign} *${title}* – ${word}`
  const result = resultOf(state, id)
  if (look === 'running' || !result) return [lead, `_${how}_`]
  const words = sentenceOf(result.sentence, 700)
  const advice = result.advice.trim() ? [`→ ${escapeUntrusted(result.advice, 500)}`] : []
  // What passed needs no action: one line, with its time in the title above.
  if (look === 'passed') return [[`${lead}: ${words}`, ...proofLinks(result)].join(' · '), ...advice]
  const exception = exceptionFor(state, id)
  const overridden = exception
    ? [`⚠ Overridden by ${who(exception.by, names)}: ${escapeUntrusted(exception.what)}`]
    : []
  // What it waits for has the advice; so has the first of several checks that could not be made for the same reason.
  if (look === 'waiting')
    return [
      [`${sign} *${title}* – ${words.replace(/^W/, 'w')}`, ...proofLinks(result)].join(' · '),
      ...overridden,
    ]
  const first = firstOfSameCause(state, result)
  if (first) return [`${lead}, for the same reason as “${escapeUntrusted(first.title, 100)}”`, ...overridden]
  return [
    `${lead}: ${words}`,
    ...advice,
    ...overridden,
    [...proofLinks(result), `_${how}, ${time(result.finishedAt)}_`].join(' · '),
  ]
}

/** Why something could not be read, without what was read and by which call. */
const reasonOf = ({ sentence }: CheckResult): string =>
  sentence.replace(/^[^:]*: /, '').replace(/ \(\w+\)$/, '')

const isSameCause = (one: CheckResult, other: CheckResult): boolean =>
  one.state === other.state &&
  (one.sentence === other.sentence || (one.state === 'unknown' && reasonOf(one) === reasonOf(other)))

/** The check above it that did not pass either, for the same reason; undefined for the first. */
function firstOfSameCause(state: RotationState, result: CheckResult): CheckResult | undefined {
  const same = definitionsOf(state, result.step)
    .flatMap(({ id }) => (state.running.includes(id) ? [] : (resultOf(state, id) ?? [])))
    .find((each) => isSameCause(each, result))
  return same === result ? undefined : same
}
