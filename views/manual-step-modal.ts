import type { ModalView, StaticSelect } from '@slack/types'
import type { CheckDefinition } from '#domain/rotation/checks'
import { type Instant, rotationLabel } from '#domain/rotation/rotation'
import { type StepId, stepDefinition } from '#domain/rotation/steps'
import { input, modal, option, section, textArea } from './blocks.ts'
import { appearance, CHECK_WORDS, overridableChecks } from './check-lines.ts'
import { FORMS, INPUTS } from './ids.ts'
import { messageModal } from './message-modal.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { shortName } from './words.ts'

/**
 * Overrides a check that did not pass, with a documented manual step.
 *
 * @param step the step it was opened from; its checks are listed first
 */
export function manualStepModal(state: RotationState, now: Instant, step: StepId | null = null): ModalView {
  const { rotation } = state
  const title = `Manual step · ${rotationLabel(rotation.id)}`
  const all = overridableChecks(state)
  const checks = [
    ...all.filter((check) => check.step === step),
    ...all.filter((check) => check.step !== step),
  ]
  const [first, ...others] = checks.map((check) => checkOption(state, check))
  if (!first)
    return messageModal(
      title,
      'No open step has a check that failed or could not be read. There is nothing to override.',
    )
  const element: StaticSelect = {
    type: 'static_select',
    options: [first, ...others],
    ...(others.length === 0 && { initial_option: first }),
  }
  const blocks = [
    section([
      `*Record a manual step* · ${shortName(rotation)}`,
      'The check result does not change. Both approvers see what you did first, marked as an exception.',
    ]),
    input(INPUTS.check, 'Which check', element),
    textArea(INPUTS.notes, 'What you did'),
    textArea(INPUTS.commands, 'Commands', {
      optional: true,
      hint: 'As you ran them. Never paste a token or a key.',
    }),
    input(INPUTS.done, 'When it was done', {
      type: 'datetimepicker',
      initial_date_time: Math.floor(Date.parse(now) / 1_000),
    }),
    textArea(INPUTS.proof, 'Proof', {
      optional: true,
      hint: 'Links that show it worked: one address per line, starting with https:// or http://.',
    }),
  ]
  return modal(FORMS.manualStep, title, blocks, {
    submit: 'Record',
    metadata: viewMetadata(rotation.id, step ? { step } : {}),
  })
}

const checkOption = (state: RotationState, { id, step, title }: CheckDefinition) => {
  const { word } = CHECK_WORDS[appearance(state, id)]
  const place = step === 'promotion' ? 'Promotion' : `Step ${stepDefinition(step).number}`
  return option(`${place}: ${title} – ${word}`, id)
}
