import type { Checkboxes, KnownBlock } from '@slack/types'
import { type Attestation, type StepId, stepDefinition } from '#domain/rotation/steps'
import { input } from './blocks.ts'
import { supportingChecks } from './check-lines.ts'
import { INPUTS } from './ids.ts'
import { LIMITS } from './limits.ts'
import type { RotationState } from './state.ts'
import { clip } from './text.ts'

/** The checkboxes a person confirms in a step; no block for a step without attestations. */
export function attestInput(state: RotationState, step: StepId): KnownBlock[] {
  const { attestations } = stepDefinition(step)
  // Slack refuses checkboxes without an option.
  if (attestations.length === 0) return []
  const element: Checkboxes = {
    type: 'checkboxes',
    options: attestations
      .slice(0, LIMITS.checkboxes)
      .map((each) => attestationOption(each, supportingChecks(state, step, each).length > 0)),
  }
  return [input(INPUTS.attest, 'Confirmed by you', element)]
}

/**
 * A runbook sentence can exceed Slack's option text. The rest goes into the description, split at punctuation or a space.
 *
 * @param backed whether a check verifies the same statement
 */
export function attestationOption({ id, sentence }: Attestation, backed: boolean) {
  const mark = backed ? 'Also verified by machine' : 'No machine check'
  const room = LIMITS.optionDescription - mark.length - ' · '.length
  const [head, tail] = breakSentence(sentence, LIMITS.optionText, room)
  const description = tail ? `${clip(tail, room)} · ${mark}` : mark
  return {
    text: { type: 'plain_text' as const, text: head },
    value: id,
    description: { type: 'plain_text' as const, text: description },
  }
}

/** @param room for the rest; a break that leaves more is taken only when there is no better one */
function breakSentence(sentence: string, limit: number, room: number): [string, string] {
  if (sentence.length <= limit) return [sentence, '']
  const start = sentence.slice(0, limit + 1)
  const breaks = ['; ', ', ', ' ']
    .map((mark) => start.lastIndexOf(mark) + mark.length)
    .filter((end) => end > limit / 3)
  const end = breaks.find((at) => sentence.length - at <= room) ?? breaks.at(-1) ?? limit
  return [sentence.slice(0, end).trim(), sentence.slice(end).trim()]
}
