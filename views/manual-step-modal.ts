import type { ModalView, StaticSelect } from '@slack/types'
import type { CheckDefinition } from '#domain/rotation/checks'
import { type Instant, rotationLabel } from '#domain/rotation/rotation'
import { type StepId, stepDefinition } from '#domain/rotation/steps'
import { input, modal, option, section, textArea } from './blocks.ts'
import { appearance, CHECK_WORDS, checksToCarryPast } from './check-lines.ts'
import { FORMS, INPUTS } from './ids.ts'
import { messageModal } from './message-modal.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { shortName } from './words.ts'

/**
 * Documents what was done by hand where a check does not pass.
 *
 * @param step the step whose modal it is opened on; its checks come first
 */
export function manualStepModal(state: RotationState, now: Instant, step: StepId | null = null): ModalView {
  const { rotation } = state
  const title = `Manual step · ${rotationLabel(rotation.id)}`
  const all = checksToCarryPast(state)
  const checks = [
    ...all.filter((check) => check.step === step),
    ...all.filter((check) => check.step !== step),
  ]
  const [first, ...others] = checks.map((check) => checkOption(state, check))
  if (!first)
    return messageModal(
      title,
      'No open step has a check that failed or could not be read. There is nothing to carry past.',
    )
  const element: StaticSelect = {
    type: 'static_select',
    options: [first, ...others],
    // With one check only there is nothing to choose.
    ...(others.length === 0 && { initial_option: first }),
  }
  const blocks = [
    section([
      `*Record a manual step* · ${shortName(rotation)}`,
      'The check stays as it is. What you did is shown to both approvers, first and marked as an exception.',
    ]),
    input(INPUTS.check, 'Which check', element),
    textArea(INPUTS.notes, 'What you did'),
    textArea(INPUTS.commands, 'Commands', {
      optional: true,
      hint: 'As you ran them, such as the revocation. Never paste a token or a key.',
    }),
    input(INPUTS.done, 'When it was done', {
      type: 'datetimepicker',
      initial_date_time: Math.floor(Date.parse(now) / 1_000),
    }),
    textArea(INPUTS.proof, 'Proof', {
      optional: true,
      hint: 'Links that show it worked: one address a line, beginning with https:// or http://.',
    }),
  ]
  return modal(FORMS.manualStep, title, blocks, {
    submit: 'Record',
    metadata: viewMetadata(rotation.id, step ? { step } : {}),
  })
}

const checkOption = (state: RotationState, { id, step, title }: CheckDefinition) => {
  const { word } = CHECK_WORDS[appearance(state, id)]
  return option(`Step ${stepDefinition(step).number}: ${title} – ${word}`, id)
}
