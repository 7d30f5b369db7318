import { assertMay } from '#authorization/authorize'
import { INCIDENT_TRIGGERS, SEVERITIES } from '#domain/rotation/rotation'
import { OPEN_ROTATION_CHOICES, openIncident } from '#operations/open-incident'
import { INPUTS } from '#views/ids'
import { OLD_VERSION_CHOICES } from '#views/old-versions-input'
import { type FormHandler, hasErrors, inspectTexts, readLinks } from './form.ts'
import { readScope } from './start.ts'

export const submitIncident: FormHandler = async (submission, context) => {
  await assertMay(context, { user: submission.user, action: 'open-incident' })
  const errors = await inspectTexts(submission, [INPUTS.reason, INPUTS.evidence], [INPUTS.reason])
  const scope = readScope(submission, errors)
  const evidence = readLinks(submission, INPUTS.evidence, errors)
  const chosen = <T extends string>(known: readonly T[], id: Parameters<typeof submission.choices>[0]) =>
    known.find((each) => submission.choices(id).includes(each))
  const trigger = chosen(INCIDENT_TRIGGERS, INPUTS.trigger)
  const severity = chosen(SEVERITIES, INPUTS.severity)
  if (!trigger) errors[INPUTS.trigger] = 'Choose what happened.'
  const oldVersions = chosen(OLD_VERSION_CHOICES, INPUTS.oldVersions)
  const isAsked = trigger === 'credential-anomaly' && context.config.revoke.by === 'bot'
  if (isAsked && !oldVersions)
    // Slack shows no error of a field that the form does not have: it is still being updated for the choice.
    errors[submission.asks(INPUTS.oldVersions) ? INPUTS.oldVersions : INPUTS.trigger] =
      'Choose what happens to the old versions: agents may still run on them.'
  if (!severity) errors[INPUTS.severity] = 'Choose the severity.'
  if (hasErrors(errors) || !trigger || !severity) return errors
  await openIncident(context, {
    by: submission.user,
    trigger,
    severity,
    reason: submission.text(INPUTS.reason).trim(),
    evidence,
    scope,
    notifies: trigger !== 'chaos-drill' || submission.choices(INPUTS.page).length > 0,
    disableNow: isAsked && oldVersions === 'disable-now',
    openRotation: chosen(OPEN_ROTATION_CHOICES, INPUTS.openRotation) ?? null,
    shown: submission.metadata?.open ?? null,
  })
  return null
}
