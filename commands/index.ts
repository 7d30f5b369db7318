import type { App, ViewSubmitAction } from '@slack/bolt'
import { visitHome } from '#operations/visit-home'
import type { Context } from '#src/context'
import { handleButton } from './buttons/index.ts'
import { handleForm } from './forms/index.ts'
import { createInbox } from './inbox.ts'
import { answerFailures } from './respond.ts'
import { handleSlash } from './slash/index.ts'

/** Registers all inbound interactions: the command, the buttons, the forms and the App Home. */
export function registerCommands(app: App, context: Context): void {
  app.use(answerFailures(context))
  const inbox = createInbox(context)
  app.command('/rotation', (args) => handleSlash(args, context, inbox))
  app.action({ type: 'block_actions' }, (args) => handleButton(args, context, inbox))
  app.view<ViewSubmitAction>({ type: 'view_submission' }, (args) => handleForm(args, context, inbox))
  app.event('app_home_opened', async ({ event, body }) => {
    const sender = { id: body.event_id, user: event.user, name: null }
    if (event.tab === 'home') await inbox.take(sender, () => visitHome(context, event.user))
  })
}
