import { Refusal } from '#domain/rotation/refusal'
import { FORMS, INPUTS } from '#views/ids'
import { assertMayWork } from '../may-work.ts'
import { createModalScreen } from '../modal-screen.ts'
import { incidentForm } from '../slash/incident.ts'
import { startForm } from '../slash/start.ts'
import type { ButtonHandler } from './button.ts'
import { chosenTrigger } from './choose-trigger.ts'

/** Which tokens, in a form that opens a rotation: the form then says what follows for these. */
export const chooseScope: ButtonHandler = async ({ user, modal, form }, context) => {
  const isIncident = modal?.callbackId === FORMS.incident
  await assertMayWork(context, { user, action: isIncident ? 'open-incident' : 'start-rotation' })
  if (!modal || !form || !(isIncident || modal.callbackId === FORMS.start))
    throw new Refusal('older-version', {})
  const chosen = form.choices(INPUTS.scope)
  const { reminder } = form.metadata ?? {}
  const draw = () =>
    isIncident
      ? incidentForm(context, user, { chosen, trigger: chosenTrigger(form) })
      : startForm(context, user, { chosen, ...(reminder && { due: { reminder, tokens: [] } }) })
  const screen = createModalScreen(context, modal, draw)
  await screen.show(await draw())
  await screen.idle()
}
