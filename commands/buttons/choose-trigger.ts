import { Refusal } from '#domain/rotation/refusal'
import { INCIDENT_TRIGGERS } from '#domain/rotation/rotation'
import { FORMS, INPUTS } from '#views/ids'
import type { Submission } from '../forms/form.ts'
import { assertMayWork } from '../may-work.ts'
import { createModalScreen } from '../modal-screen.ts'
import { incidentForm } from '../slash/incident.ts'
import type { ButtonHandler } from './button.ts'

/** What happened, in the form of an incident: the form then asks only what that needs. */
export const chooseTrigger: ButtonHandler = async ({ user, modal, form }, context) => {
  await assertMayWork(context, { user, action: 'open-incident' })
  const trigger = form && chosenTrigger(form)
  if (modal?.callbackId !== FORMS.incident || !trigger) throw new Refusal('older-version', {})
  const draw = () => incidentForm(context, user, { trigger, chosen: form.choices(INPUTS.scope) })
  const screen = createModalScreen(context, modal, draw)
  await screen.show(await draw())
  await screen.idle()
}

/** What happened, as the form of an incident says now; undefined before it is chosen. */
export const chosenTrigger = (form: Submission) =>
  INCIDENT_TRIGGERS.find((each) => form.choices(INPUTS.trigger).includes(each))
