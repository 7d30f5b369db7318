import type { App, ViewSubmitAction } from '@slack/bolt'
import { watchChannel } from '#operations/scheduled/watch-channel'
import { visitHome } from '#operations/visit-home'
import { loadHome } from '#read-models/home'
import type { Context } from '#src/context'
import { closedHome, home } from '#views/home'
import { handleButton } from './buttons/index.ts'
import { handleForm } from './forms/index.ts'
import { createInbox } from './inbox.ts'
import { createRateLimit } from './rate-limit.ts'
import { answerFailures } from './respond.ts'
import { handleSlash } from './slash/index.ts'

/** What may end or restore the bot's place in its channel. Only hints: the channel is looked at every minute. */
const CHANNEL_EVENTS = [
  'member_joined_channel',
  'channel_left',
  'channel_archive',
  'channel_unarchive',
  'channel_deleted',
  'group_left',
  'group_archive',
  'group_unarchive',
  'group_deleted',
] as const

/** A person may type so many commands one after the other. */
const COMMANDS_AT_ONCE = 20

/** Registers all inbound interactions: the command, the buttons, the forms and the App Home. */
export function registerCommands(app: App, context: Context): void {
  app.use(answerFailures(context))
  const inbox = createInbox(context)
  const limit = createRateLimit({ burst: COMMANDS_AT_ONCE, everyMs: context.waits.betweenCommands })
  app.command('/rotation', (args) => handleSlash(args, context, inbox, limit))
  app.action({ type: 'block_actions' }, (args) => handleButton(args, context, inbox))
  app.view<ViewSubmitAction>({ type: 'view_submission' }, (args) => handleForm(args, context, inbox))
  app.event('app_home_opened', async ({ event, body }) => {
    const sender = { id: body.event_id, user: event.user, name: null }
    if (event.tab !== 'home') return
    const publish = async () => {
      const options = await loadHome(context, event.user)
      const view = options ? home(options) : closedHome()
      await context.slack.views.publish({ user_id: event.user, view })
    }
    await inbox.take(sender, () => visitHome(context, event.user, publish))
  })
  for (const type of CHANNEL_EVENTS) app.event(type, () => watchChannel(context))
}
