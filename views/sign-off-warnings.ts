import { approvals, type Exception, ROLE_TITLES, type Rotation, type Run } from '#domain/rotation/rotation'
import { breakGlassLines } from './break-glass.ts'
import { appearance, CHECK_WORDS, exceptionFor, resultOf } from './check-lines.ts'
import { deploymentLink, startWords } from './found-runs.ts'
import { rollbackLines } from './rollback.ts'
import type { Names, RotationState } from './state.ts'
import { clip, escapeUntrusted, list, oneLine, plural } from './text.ts'
import { when } from './times.ts'
import { delegateOfWords, phaseName, runLink, runTitle, stepName, who } from './words.ts'

/** The record has the whole text. */
const BRIEF = 160
const TITLE = 300
/** More are counted, and in the record. */
const MOST_LINES = 20

/** Untrusted text in one line that ends with a whole word. */
export const brief = (text: string): string => escapeUntrusted(clip(oneLine(text), BRIEF), BRIEF * 6)

/** What an approver must see before anything else, each in one line; empty where all went as the runbook has it. */
export function warningLines(state: RotationState, names: Names): string[] {
  const { rotation } = state
  const lines = [
    ...breakGlassLines(state, names),
    ...rollbackLines(state, names),
    ...rotation.deviations.map(
      (each) =>
        `⚠ *${escapeUntrusted(each.environment, 100)}* was deployed before both roles had signed, by ${escapeUntrusted(each.startedBy, 80)}, ${when(each.startedAt)}${deploymentLink(each)}`,
    ),
    ...exceptionLines(rotation, names),
    ...uncheckedLines(state),
    ...rotation.runs.flatMap((run) => runLines(run, names)),
  ]
  const left = lines.length - MOST_LINES
  return left > 0 ? [...lines.slice(0, MOST_LINES), `⚠ and ${left} more: in the full record`] : lines
}

/** The newest exception of each check. */
const exceptionsOf = ({ exceptions }: Rotation): Exception[] => [
  ...new Map(exceptions.map((each) => [each.check, each])).values(),
]

function exceptionLines(rotation: Rotation, names: Names): string[] {
  const exceptions = exceptionsOf(rotation)
  if (exceptions.length === 0) return []
  const without = exceptions.filter(({ proof }) => proof.length === 0).length
  const unproven = without > 0 ? `, ${without} without proof` : ''
  return [
    `⚠ *${plural(exceptions.length, 'exception')}${unproven}*`,
    ...exceptions.map(({ title, step, what, proof, by, at }) => {
      const proven = proof.length > 0 ? plural(proof.length, 'proof link') : 'no proof'
      return `⚠ *${escapeUntrusted(title, TITLE)}* (${phaseName(step)}) overridden with ${proven} by ${who(by, names)}, ${when(at)}: ${brief(what)}`
    }),
  ]
}

/** Checks that did not pass and that nobody overrode. */
const uncheckedLines = (state: RotationState): string[] =>
  state.definitions
    .filter(({ id, step }) => step !== 'promotion' && !exceptionFor(state, id) && resultOf(state, id))
    .filter(({ id }) => appearance(state, id) !== 'passed')
    .map(({ id, title }) => {
      const { sign, word } = CHECK_WORDS[appearance(state, id)]
      return `${sign} *${escapeUntrusted(title, TITLE)}* ${word}: ${brief(resultOf(state, id)?.sentence ?? '')}`
    })

function runLines(run: Run, names: Names): string[] {
  const { windowReason, adopted, requestedBy, requestedAt, startedAt } = run
  return [
    ...(windowReason === null
      ? []
      : [
          `⚠ *${runTitle(run)}* while the window was closed, ${who(requestedBy, names)}, ${when(requestedAt)}: ${brief(windowReason)}`,
        ]),
    ...(adopted === null
      ? []
      : [
          `⚠ *${runTitle(run)}*, ${runLink(run)}, was not started by the bot but ${startWords({ ...adopted, startedAt })}; adopted by ${who(requestedBy, names)}: ${brief(adopted.reason)}`,
        ]),
  ]
}

/** The last rejection, and what was completed again since. */
export function rejectionLines({ signOffs, steps }: Rotation, names: Names): string[] {
  const last = signOffs.findLast((each) => each.decision === 'rejected')
  if (!last) return []
  const again = steps.filter((step) => step.completion && step.completion.at > last.at)
  return [
    `↩ *Rejected in round ${last.round}* by ${who(last.by, names)} (${ROLE_TITLES[last.role]}${delegateOfWords(last.delegateOf, names)}), ${when(last.at)}: ${brief(last.comment)}`,
    `↩ Completed again since: ${list(again.map((step) => stepName(step.id))) || 'nothing'}`,
  ]
}

/** Who has signed already. */
export const signedLines = (rotation: Rotation, names: Names): string[] =>
  approvals(rotation).map(({ role, by, at, comment, delegateOf }) => {
    const said = comment.trim() ? `: ${brief(comment)}` : ''
    return `✓ *${ROLE_TITLES[role]}* signed: ${who(by, names)}${delegateOfWords(delegateOf, names)}, ${when(at)}${said}`
  })
