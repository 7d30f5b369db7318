import { assertMay } from '#authorization/authorize'
import { isStepId, type StepId } from '#domain/rotation/steps'
import { completeStep } from '#operations/complete-step'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts, readLinks } from './form.ts'
import { readFiles } from './read-files.ts'

/** Completes a step from its modal. */
export const submitStep: FormHandler = async (submission, context) => {
  const step = stepOfForm(submission.callbackId)
  const { user, metadata } = submission
  await assertMay(context, { user, action: 'work-on-step', label: metadata?.rotation })
  const errors = await inspectTexts(submission, [INPUTS.evidence, INPUTS.notes])
  const evidence = readLinks(submission, INPUTS.evidence, errors)
  const files = await readFiles(submission, context, errors)
  if (hasErrors(errors)) return errors
  const id = rotationIdOf(submission.metadata?.rotation)
  await completeStep(context, id, step, {
    by: submission.user,
    attestations: submission.choices(INPUTS.attest),
    shown: metadata?.digest ?? null,
    evidence: [...evidence, ...files],
    notes: submission.text(INPUTS.notes).trim(),
  })
  return null
}

function stepOfForm(callbackId: string): StepId {
  if (!isStepId(callbackId)) throw new TypeError(`no step ${callbackId}`)
  return callbackId
}
