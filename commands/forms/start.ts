import { assertMay } from '#authorization/authorize'
import { startRotation } from '#operations/start-rotation'
import { INPUTS } from '#views/ids'
import { parseScopeValues, SCOPE_VALUES } from '#views/scope-input'
import { type FieldErrors, type FormHandler, hasErrors, inspectTexts, type Submission } from './form.ts'

export const submitStart: FormHandler = async (submission, context) => {
  await assertMay(context, { user: submission.user, action: 'start-rotation' })
  const errors = await inspectTexts(submission, [INPUTS.reason])
  const scope = readScope(submission, errors)
  if (hasErrors(errors)) return errors
  const reason = submission.text(INPUTS.reason).trim()
  // Opened from a reminder it is the cadence that began it; typed, the person.
  const trigger = submission.metadata?.reminder ? 'cadence' : 'manual'
  await startRotation(context, { by: submission.user, trigger, severity: null, reason, scope })
  return null
}

/** The chosen scope. "Everything" beside a part of it is a slip that would rotate too much, so it is asked back. */
export function readScope(submission: Submission, errors: FieldErrors) {
  const values = submission.choices(INPUTS.scope)
  if (values.length === 0) errors[INPUTS.scope] = 'Choose which tokens to rotate.'
  if (values.length > 1 && values.includes(SCOPE_VALUES.all))
    errors[INPUTS.scope] = 'Every token and a part of them are both chosen. Take one of the two out.'
  return parseScopeValues(values)
}
