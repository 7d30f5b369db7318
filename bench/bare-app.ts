import { App, LogLevel } from '@slack/bolt'

/*
 * The least that an app with Bolt and Socket Mode can do: acknowledges a command and answers a fixed text, publishes a
 * fixed App Home, and opens a fixed modal at the click on a button of a message that it posts at its start.
 */

const {
  SLACK_BOT_TOKEN: token = '',
  SLACK_APP_TOKEN: appToken = '',
  SLACK_API_URL: slackApiUrl = '',
} = process.env

const app = new App({
  ...{ token, appToken, socketMode: true, logLevel: LogLevel.ERROR },
  clientOptions: { slackApiUrl },
})

const section = (text: string) => ({ type: 'section' as const, text: { type: 'mrkdwn' as const, text } })

app.command('/rotation', async ({ ack, respond }) => {
  await ack()
  await respond({ response_type: 'ephemeral', text: 'A fixed text.' })
})

app.event('app_home_opened', async ({ event, client }) => {
  await client.views.publish({
    user_id: event.user,
    view: { type: 'home', blocks: [section('A fixed home.')] },
  })
})

app.action('open', async ({ ack, body, client }) => {
  await ack()
  if (body.type !== 'block_actions') return
  await client.views.open({
    trigger_id: body.trigger_id,
    view: {
      type: 'modal',
      title: { type: 'plain_text', text: 'Fixed' },
      blocks: [section('A fixed modal.')],
    },
  })
})

await app.start()
await app.client.chat.postMessage({
  channel: 'C0FLASHFUSIONAI',
  text: 'A card',
  blocks: [
    section('A card'),
    {
      type: 'actions',
      elements: [
        { type: 'button', action_id: 'open', text: { type: 'plain_text', text: 'Open' }, value: 'R1' },
      ],
    },
  ],
})
process.stdout.write('The bare app is connected to Slack.\n')
