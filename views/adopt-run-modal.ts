import type { ModalView, StaticSelect } from '@slack/types'
import {
  type FoundPlace,
  type FoundRun,
  foundAt,
  foundRunKey,
  isAdoptable,
  placesOf,
} from '#domain/rotation/found-runs'
import { rotationLabel } from '#domain/rotation/rotation'
import { isStepId } from '#domain/rotation/steps'
import { input, modal, option, section, textArea } from './blocks.ts'
import { foundRunLine } from './found-runs.ts'
import { FORMS, INPUTS } from './ids.ts'
import { LIMITS } from './limits.ts'
import { messageModal } from './message-modal.ts'
import { viewMetadata } from './metadata.ts'
import type { RotationState } from './state.ts'
import { sanitizePlainText } from './text.ts'
import { RUN_STATES, runTitle, shortName } from './words.ts'

const LISTED = 10

/** Makes a run that the bot did not start part of the rotation. @param place where it was opened */
export function adoptRunModal(state: RotationState, place: FoundPlace): ModalView {
  const { rotation, environments, found } = state
  const title = `Adopt run · ${rotationLabel(rotation.id)}`
  const runs = foundAt(rotation, environments, found, place).filter(isAdoptable).slice(0, LIMITS.options)
  const [first, ...others] = runs.map(runOption)
  if (!first)
    return messageModal(
      title,
      'There is no run that can be adopted: each one is part of the rotation already, or did not succeed.',
    )
  const run: StaticSelect = {
    type: 'static_select',
    options: [first, ...others],
    ...(others.length === 0 && { initial_option: first }),
  }
  const blocks = [
    section([
      `*Adopt a run that the bot did not start* · ${shortName(rotation)}`,
      'It is then judged like the bot’s own. Both approvers see it with your reason. This is work on the rotation: you cannot sign it afterwards.',
      ...runs.slice(0, LISTED).map((each) => `• ${foundRunLine(each)}`),
    ]),
    input(INPUTS.run, 'Which run', run),
    ...environmentInput(runs, placesOf(rotation, environments, place)),
    textArea(INPUTS.reason, 'Reason', { hint: 'Why it was started there, and why it counts.' }),
  ]
  return modal(FORMS.adoptRun, title, blocks, {
    submit: 'Adopt',
    metadata: viewMetadata(rotation.id, isStepId(place) ? { step: place } : {}),
  })
}

const runOption = (run: FoundRun) => {
  const title = runTitle(run, sanitizePlainText)
  return option(`Run ${run.runId}: ${title}, ${RUN_STATES[run.state]}`, foundRunKey(run))
}

/** Asked only where GitHub does not say it. */
function environmentInput(runs: FoundRun[], names: string[]) {
  const [first, ...others] = names.map((name) => option(name, name))
  if (!first || runs.every(({ kind, environment }) => kind === 'rotate' || environment !== null)) return []
  const element: StaticSelect = { type: 'static_select', options: [first, ...others] }
  return [
    input(INPUTS.environment, 'Where it was deployed or tested', element, {
      optional: true,
      hint: 'Needed for a run whose environment GitHub does not say; the run’s log names it.',
    }),
  ]
}
