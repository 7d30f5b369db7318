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
  // A rotation started from a reminder is a scheduled one.
  const trigger = submission.metadata?.reminder ? 'cadence' : 'manual'
  await startRotation(context, { by: submission.user, trigger, severity: null, reason, scope })
  return null
}

/** The chosen scope. "Every token" together with a part of them is refused, because it would rotate too much. */
export function readScope(submission: Submission, errors: FieldErrors) {
  const values = submission.choices(INPUTS.scope)
  if (values.length === 0) errors[INPUTS.scope] = 'Choose which tokens to rotate.'
  if (values.length > 1 && values.includes(SCOPE_VALUES.all))
    errors[INPUTS.scope] = '"Every token" is selected together with others. Remove one or the other.'
  return parseScopeValues(values)
}
