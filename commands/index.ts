import type { App, ViewSubmitAction } from '@slack/bolt'
import { visitHome } from '#operations/visit-home'
import type { Context } from '#src/context'
import { BUTTONS, handleButton } from './buttons/index.ts'
import { FORM_HANDLERS, handleForm } from './forms/index.ts'
import { answerFailures } from './respond.ts'
import { handleSlash } from './slash/index.ts'

/** Registers all inbound interactions: the command, the buttons, the forms and the App Home. */
export function registerCommands(app: App, context: Context): void {
  app.use(answerFailures(context))
  app.command('/rotation', (args) => handleSlash(args, context))
  for (const [id, handler] of BUTTONS)
    app.action({ type: 'block_actions', action_id: id }, (args) => handleButton(args, handler, context))
  for (const [id, handler] of FORM_HANDLERS)
    app.view<ViewSubmitAction>({ type: 'view_submission', callback_id: id }, (args) =>
      handleForm(args, handler, context),
    )
  app.event('app_home_opened', ({ event }) =>
    event.tab === 'home' ? visitHome(context, event.user) : Promise.resolve(),
  )
}
