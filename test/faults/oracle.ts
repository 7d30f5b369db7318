import type { Evidence } from './evidence.ts'
import { actorsAllowed } from './rules/actors.ts'
import { answered } from './rules/answered.ts'
import { clicksRecorded, refusalsNotRecorded } from './rules/clicks.ts'
import { commentsOnce, logRowsOnce, nothingAfterAbort, runsOnce } from './rules/github.ts'
import { chainIntact, logWitnessesHistory } from './rules/history.ts'
import { jobsDone } from './rules/jobs.ts'
import { pagesOnce } from './rules/pages.ts'
import { notDeaf, noUnhandledRejection, processKept } from './rules/process.ts'
import { signaturesOnOneDigest, stepsProven, tokensOnce } from './rules/rotations.ts'
import { cardsTrue, messagesOnce } from './rules/slack.ts'
import { versionsNotTaken, versionsOnce } from './rules/versions.ts'

/** Compares the systems with the history. @returns one sentence for each contradiction */
export type Rule = (evidence: Evidence) => string[]

/** Everything that must hold at the end of a run, by name. */
export const RULES = {
  'chain-intact': chainIntact,
  'log-witnesses-history': logWitnessesHistory,
  'jobs-done': jobsDone,
  'messages-once': messagesOnce,
  'cards-true': cardsTrue,
  'log-rows-once': logRowsOnce,
  'comments-once': commentsOnce,
  'runs-once': runsOnce,
  'nothing-after-abort': nothingAfterAbort,
  'actors-allowed': actorsAllowed,
  'pages-once': pagesOnce,
  'clicks-recorded': clicksRecorded,
  'refusals-not-recorded': refusalsNotRecorded,
  answered,
  'steps-proven': stepsProven,
  'tokens-once': tokensOnce,
  'signatures-on-one-digest': signaturesOnOneDigest,
  'versions-once': versionsOnce,
  'versions-not-taken': versionsNotTaken,
  'not-deaf': notDeaf,
  'no-unhandled-rejection': noUnhandledRejection,
  'process-kept': processKept,
} as const satisfies Record<string, Rule>

export type RuleName = keyof typeof RULES

/** A contradiction that a rule saw. */
export interface Violation {
  rule: RuleName
  sentence: string
}

export const judge = (evidence: Evidence): Violation[] =>
  (Object.entries(RULES) as [RuleName, Rule][]).flatMap(([rule, holds]) =>
    holds(evidence).map((sentence) => ({ rule, sentence })),
  )
