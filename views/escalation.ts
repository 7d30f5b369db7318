import type { Instant } from '#rotation/rotation'
import { type Message, section } from './blocks.ts'
import { CHECK_WORDS, exceptionFor } from './check-lines.ts'
import type { Names, RotationState } from './state.ts'
import { link, mention, theirs } from './text.ts'
import { headline, shortName, turnWords, who } from './words.ts'

export interface EscalationOptions {
  /** Who is rung: ids of user groups or people. */
  oncall: string[]
  /** Who asked for it; a user id or `bot`. */
  by: string
  reason: string
}

/** Rings the on-call group in the rotation's thread (the runbook's Exception Handling: severity P1). */
export function escalation(
  state: RotationState,
  { oncall, by, reason }: EscalationOptions,
  names: Names,
  now: Instant,
): Message {
  const { rotation } = state
  const ring = oncall.length > 0 ? oncall.map(mention).join(' ') : 'DevOps on-call'
  const what = `${shortName(rotation)} needs DevOps on-call now, escalated as P1`
  const turn = turnWords(state, names, false)
  return {
    text: `${ring} ${what}. ${reason.trim() ? theirs(reason, 500) : 'No reason was given.'}`,
    blocks: [
      section([
        `⚠ ${ring} *${what}*`,
        ...(oncall.length > 0
          ? []
          : ['Nobody was rung: the configuration names no on-call group (people.on-call).']),
        reason.trim() ? `Why: ${theirs(reason, 1000)}` : 'No reason was given.',
        ...troubleLines(state),
        `${headline(rotation, now)}${turn ? ` · waiting for ${turn.who}: ${turn.what}` : ''}`,
        `Escalated by ${who(by, names)}${state.permalink ? ` · ${link(state.permalink, 'Open card')}` : ''}`,
      ]),
    ],
  }
}

const TROUBLES_SHOWN = 4

/** The checks that do not pass and are not carried past: where to look first. */
const troubleLines = (state: RotationState): string[] =>
  state.checks
    .filter(({ check, state: result }) => result !== 'passed' && !exceptionFor(state, check))
    .slice(0, TROUBLES_SHOWN)
    .map(({ title, state: result, sentence }) => {
      const { sign, word } = CHECK_WORDS[result]
      return `${sign} ${title} – ${word}: ${theirs(sentence, 250)}`
    })
