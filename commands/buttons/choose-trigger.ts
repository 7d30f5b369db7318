import { Refusal } from '#domain/rotation/refusal'
import { INCIDENT_TRIGGERS } from '#domain/rotation/rotation'
import { FORMS } from '#views/ids'
import { assertMayWork } from '../may-work.ts'
import { createModalScreen } from '../modal-screen.ts'
import { incidentForm } from '../slash/incident.ts'
import type { ButtonHandler } from './button.ts'

/** What happened, in the form of an incident: the form then asks only what that needs. */
export const chooseTrigger: ButtonHandler = async ({ value, user, modal }, context) => {
  await assertMayWork(context, { user, action: 'open-incident' })
  const trigger = INCIDENT_TRIGGERS.find((each) => each === value)
  if (modal?.callbackId !== FORMS.incident || !trigger) throw new Refusal('older-version', {})
  const draw = () => incidentForm(context, user, trigger)
  const screen = createModalScreen(context, modal, draw)
  await screen.show(await draw())
  await screen.idle()
}
