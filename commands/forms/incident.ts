import { startRotation } from '#operations/start-rotation'
import { INCIDENT_TRIGGERS, SEVERITIES } from '#rotation/rotation'
import { INPUTS } from '#views/ids'
import { assertMay } from '../open-modal.ts'
import { type FormHandler, hasErrors, inspectTexts, readLinks } from './form.ts'
import { readScope } from './start.ts'

export const submitIncident: FormHandler = async (submission, context) => {
  await assertMay(context, submission.user, 'operate')
  const errors = await inspectTexts(submission, [INPUTS.reason, INPUTS.evidence], [INPUTS.reason])
  const scope = readScope(submission, errors)
  const links = readLinks(submission, INPUTS.evidence, errors)
  const trigger = INCIDENT_TRIGGERS.find((each) => submission.choices(INPUTS.trigger).includes(each))
  const severity = SEVERITIES.find((each) => submission.choices(INPUTS.severity).includes(each))
  if (!trigger) errors[INPUTS.trigger] = 'Choose what happened.'
  if (!severity) errors[INPUTS.severity] = 'Choose how bad it is.'
  if (hasErrors(errors) || !trigger || !severity) return errors
  const reason = [submission.text(INPUTS.reason).trim(), ...links.map((link) => link.url)].join('\n')
  await startRotation(context, { by: submission.user, trigger, severity, reason, scope })
  return null
}
