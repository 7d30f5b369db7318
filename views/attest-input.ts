import type { Checkboxes, KnownBlock } from '@slack/types'
import { type Attestation, attestationsOf } from '#domain/rotation/attestations'
import type { StepId } from '#domain/rotation/steps'
import { input, plain, section } from './blocks.ts'
import { supportingChecks } from './check-lines.ts'
import { INPUTS } from './ids.ts'
import { LIMITS } from './limits.ts'
import type { RotationState } from './state.ts'
import { clip, escapeUntrusted } from './text.ts'

/** The checkboxes a person confirms in a step; no block for a step without attestations. */
export function attestInput(state: RotationState, step: StepId): KnownBlock[] {
  const asked = attestationsOf(step, state.runbook)
  // Slack refuses checkboxes without an option.
  if (asked.length === 0) return []
  const isBacked = (each: Attestation) => supportingChecks(state, step, each).length > 0
  const element: Checkboxes = {
    type: 'checkboxes',
    options: asked.slice(0, LIMITS.checkboxes).map((each) => attestationOption(each, isBacked(each))),
  }
  return [
    ...inFull(asked.filter(({ sentence }) => isTooLong(sentence))),
    input(INPUTS.attest, 'Confirmed by you', element),
  ]
}

const SENTENCE = 1_000

/** Nobody confirms what they cannot read: names from the config can make a sentence longer than an option. */
const inFull = (cut: Attestation[]): KnownBlock[] =>
  cut.length === 0
    ? []
    : [
        section(
          [
            '*To confirm, in full:*',
            ...cut.map(({ sentence }) => `• ${escapeUntrusted(sentence, SENTENCE)}`),
          ],
          { block_id: 'attest-in-full' },
        ),
      ]

const MARKS = { backed: 'Also verified by machine', unbacked: 'No machine check' }

const roomBeside = (mark: string): number => LIMITS.optionDescription - mark.length - ' · '.length

/** Whether an option cannot show the whole sentence, however it is marked. */
function isTooLong(sentence: string): boolean {
  const room = roomBeside(MARKS.backed)
  const [, tail] = breakSentence(sentence, LIMITS.optionText, room)
  return tail.length > room
}

/**
 * A runbook sentence can exceed Slack's option text. The rest goes into the description, split at punctuation or a space.
 *
 * @param backed whether a check verifies the same statement
 */
export function attestationOption({ id, sentence }: Attestation, backed: boolean) {
  const mark = backed ? MARKS.backed : MARKS.unbacked
  const room = roomBeside(mark)
  const [head, tail] = breakSentence(sentence, LIMITS.optionText, room)
  const description = tail ? `${clip(tail, room)} · ${mark}` : mark
  return {
    text: plain(head, LIMITS.optionText),
    value: id,
    description: plain(description, LIMITS.optionDescription),
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
