import { assertMay } from '#authorization/assert-may'
import { recordRevocations } from '#operations/record-revocations'
import { INPUTS } from '#views/ids'
import { rotationIdOf } from '../find-state.ts'
import { type FormHandler, hasErrors, inspectTexts, readLinks } from './form.ts'

export const submitRecordRevocation: FormHandler = async (submission, context) => {
  await assertMay(context, submission.user, 'operate', submission.metadata?.rotation)
  const errors = await inspectTexts(submission, [INPUTS.notes, INPUTS.commands, INPUTS.proof], [INPUTS.notes])
  const proof = readLinks(submission, INPUTS.proof, errors)
  const ids = submission.choices(INPUTS.versions).map(Number)
  if (ids.length === 0) errors[INPUTS.versions] = 'Choose the versions that were revoked.'
  if (hasErrors(errors)) return errors
  const id = rotationIdOf(submission.metadata?.rotation)
  await recordRevocations(context, id, {
    ids,
    what: submission.text(INPUTS.notes).trim(),
    commands: submission.text(INPUTS.commands).trim(),
    proof,
    by: submission.user,
  })
  return null
}
