import type { Checkboxes, KnownBlock } from '@slack/types'
import { type Attestation, attestationsOf, type Verification } from '#domain/rotation/attestations'
import type { StepId } from '#domain/rotation/steps'
import { input, option, section } from './blocks.ts'
import { definitionsOf, exceptionFor, isOverridden, resultOf, verificationIn } from './check-lines.ts'
import { INPUTS } from './ids.ts'
import type { RotationState } from './state.ts'
import { escapeUntrusted } from './text.ts'

/** Nobody confirms what they cannot read in full; names from the config make a sentence this long at most. */
const SENTENCE = 2_500

/**
 * The runbook's sentences of a step: first those that its checks verified, then those that a person confirms, each in full above
 * its tick. What checks decide is asked only when they have run.
 */
export function statementBlocks(state: RotationState, step: StepId): KnownBlock[] {
  const judged = attestationsOf(step, state.runbook).map((each) => ({
    ...each,
    verification: verificationIn(state, step, each.id),
  }))
  const verified = judged.filter(({ verification }) => verification === 'verified')
  const rest = judged.filter(({ verification }) => verification !== 'verified')
  const asked = rest.filter((each) => !isUndecided(state, step, each))
  const pending = rest.filter((each) => !asked.includes(each))
  return [
    ...verified.map((each) => section(verifiedLine(each), { block_id: `verified:${each.id}` })),
    ...pending.map((each) => section(pendingLine(each), { block_id: `pending:${each.id}` })),
    ...askedBlocks(state, step, asked),
  ]
}

const pendingLine = ({ sentence }: Attestation): string =>
  `· ${escapeUntrusted(sentence, SENTENCE)} – waits for its checks`

type Judged = Attestation & { verification: Verification }

/** Whether a check of the statement has yet to run: its result decides whether a person is asked. One that was overridden need not. */
const isUndecided = (state: RotationState, step: StepId, { id }: Attestation): boolean =>
  definitionsOf(state, step).some(
    (check) => check.backs === id && !resultOf(state, check.id) && !exceptionFor(state, check.id),
  )

const verifiedLine = ({ sentence }: Attestation): string =>
  `✓ ${escapeUntrusted(sentence, SENTENCE)} – verified by machine`

const REASONS: Record<Exclude<Verification, 'verified' | 'not-passed'>, string> = {
  none: 'No check looks at this',
  partly: 'The checks verify only a part of this',
}
const OVERRIDDEN = '⚠ The approvers see that, and the manual step'
const NOT_OVERRIDDEN = '⚠ Its checks did not pass: put it right, or record a manual step first'

/** Nobody has to confirm that something is so which was overridden because it is not. */
const OVERRIDDEN_TICK = 'I go on although this is not verified; the manual step says why'

/** Slack refuses checkboxes without an option. */
function askedBlocks(state: RotationState, step: StepId, asked: Judged[]): KnownBlock[] {
  if (asked.length === 0) return []
  const element: Checkboxes = {
    type: 'checkboxes',
    options: asked.map(({ id, tick, verification }) =>
      verification === 'not-passed'
        ? option(OVERRIDDEN_TICK, id, isOverridden(state, step, id) ? OVERRIDDEN : NOT_OVERRIDDEN)
        : option(tick, id, verification === 'verified' ? undefined : REASONS[verification]),
    ),
  }
  return [
    ...asked.map(({ id, sentence }, index) => {
      const lead = index === 0 ? ['*To confirm*'] : []
      return section([...lead, `• ${escapeUntrusted(sentence, SENTENCE)}`], { block_id: `to-confirm:${id}` })
    }),
    input(INPUTS.attest, 'Confirmed by you', element),
  ]
}
