import type { App, BlockAction, SlackViewAction, SlashCommand, ViewSubmitAction } from '@slack/bolt'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import {
  type Answer,
  type Args,
  CHANNEL,
  eventually,
  LEAD,
  OPERATOR,
  refusal,
  startWorkspace,
  type Workspace,
} from './workspace.ts'

let slack: Workspace
let on: {
  command: (args: {
    body: SlashCommand
    ack: (answer?: Args) => Promise<void>
    respond: Respond
  }) => Promise<void>
  action: (args: { body: BlockAction; ack: () => Promise<void>; respond: Respond }) => Promise<void>
  view: (args: { body: ViewSubmitAction; ack: (answer?: Args) => Promise<void> }) => Promise<void>
}
type Respond = (answer: Args) => Promise<unknown>
let closed: SlackViewAction[]
let visitors: string[]

beforeAll(async () => {
  slack = await startWorkspace()
  await slack.bolt((app: App) => {
    app.command('/rotation', ({ body, ack, respond }) =>
      on.command({
        body,
        ack: (answer) => ack(answer as never),
        respond: (answer) => respond(answer as never),
      }),
    )
    app.action<BlockAction>(/.*/, ({ body, ack, respond }) =>
      on.action({ body, ack, respond: (answer) => respond(answer as never) }),
    )
    app.view({ type: 'view_submission' }, ({ body, ack }) =>
      on.view({ body: body as ViewSubmitAction, ack: (answer) => ack(answer as never) }),
    )
    app.view({ type: 'view_closed' }, async ({ body, ack }) => {
      await ack()
      closed.push(body)
    })
    app.event('app_home_opened', async ({ event }) => {
      visitors.push(event.user)
    })
  })
})
afterAll(() => slack.stop())

beforeEach(() => {
  on = {
    command: async ({ ack }) => ack(),
    action: async ({ ack }) => ack(),
    view: async ({ ack }) => ack(),
  }
  closed = []
  visitors = []
})

const plain = (text: string) => ({ type: 'plain_text', text })
const type = (text: string, more: Args = {}) =>
  slack.post('/command', { user: OPERATOR, channel: CHANNEL, text, ...more })
const seen = async (user = OPERATOR) =>
  (await slack.get(`/conversation?user=${user}&channel=${CHANNEL}`)).messages
const last = async (user = OPERATOR) => (await seen(user)).at(-1)

describe('slash commands', () => {
  it('reach the app with user, channel and text, mentions resolved', async () => {
    let body: SlashCommand | undefined
    on.command = async (args) => {
      body = args.body
      await args.ack()
    }
    const answer = await type('/rotation handoff @devops-lead in #general & <now>')
    expect(body).toMatchObject({
      command: '/rotation',
      text: 'handoff <@U0DEVOPSLEAD|devops-lead> in <#C0GENERAL|general> &amp; &lt;now&gt;',
      user_id: OPERATOR,
      user_name: 'operator',
      channel_id: CHANNEL,
      channel_name: 'flashfusion-ai',
      team_id: 'T0FLASHFUSION',
    })
    expect(answer).toEqual({ ok: true, trigger_id: body?.trigger_id })
  })

  it.each([
    ['ask @devops-oncall.', 'ask <!subteam^S0DEVOPSONCALL|@devops-oncall>.'],
    ['<@U0DEVOPSLEAD> and <@U0NOBODY>', '<@U0DEVOPSLEAD|devops-lead> and &lt;@U0NOBODY&gt;'],
    ['<!channel> @nobody me@devops-lead', '&lt;!channel&gt; @nobody me@devops-lead'],
    ['see https://a.test/b?c=1&d=2#general now', 'see <https://a.test/b?c=1&amp;d=2#general> now'],
    ['  אבג 🔑  ', 'אבג 🔑'],
  ])('hand on %j as %j', async (typed, text) => {
    let heard: string | undefined
    on.command = async ({ body, ack }) => {
      heard = body.text
      await ack()
    }
    await type(`/rotation ${typed}`)
    expect(heard).toBe(text)
  })

  it('show the response in an acknowledgement to that person only', async () => {
    on.command = ({ ack }) => ack({ text: 'Only you see this' })
    expect((await type('/rotation status')).ok).toBe(true)
    expect(await last()).toMatchObject({ text: 'Only you see this', ephemeral: true, is_bot: true })
    expect((await last(LEAD))?.text).not.toBe('Only you see this')
  })

  it('show an in_channel response to everybody', async () => {
    on.command = ({ ack }) => ack({ text: 'All see this', response_type: 'in_channel' })
    await type('/rotation status')
    expect((await last(LEAD))?.text).toBe('All see this')
  })

  it('fail visibly when the response is invalid', async () => {
    on.command = ({ ack }) => ack({ blocks: [{ type: 'marquee' }] })
    expect(await type('/rotation status')).toMatchObject({
      ok: false,
      error: expect.stringContaining('invalid_blocks'),
    })
  })

  it('are refused when they do not exist', async () => {
    expect(await type('/rotate now')).toEqual({ ok: false, error: '/rotate is not a valid command.' })
  })

  it('time out after 3 s, and Slackbot says so', async () => {
    on.command = async () => {}
    const error = '/rotation failed with the error "operation_timeout"'
    expect(await type('/rotation status')).toEqual({ ok: false, error })
    expect(await last()).toMatchObject({ user: 'USLACKBOT', text: error, ephemeral: true })
  })
})

describe('response urls', () => {
  async function respondWith(answers: Args[], before: () => void = () => {}): Promise<unknown[]> {
    const results: unknown[] = []
    let finished = false
    on.command = async ({ ack, respond }) => {
      await ack()
      before()
      for (const answer of answers) {
        results.push(
          await respond(answer).then(
            () => 'ok',
            (error: { statusCode: number }) => error.statusCode,
          ),
        )
      }
      finished = true
    }
    await type('/rotation status')
    await eventually(() => finished)
    return results
  }

  it('take five answers', async () => {
    const answers = Array.from({ length: 6 }, (_, index) => ({ text: `answer ${index}` }))
    expect(await respondWith(answers)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok', 404])
    expect(await last()).toMatchObject({ text: 'answer 4', ephemeral: true })
  })

  it('refuse an invalid message, without counting it', async () => {
    const wrong = { blocks: [{ type: 'marquee' }] }
    expect(await respondWith([wrong, {}, ...Array.from({ length: 5 }, () => ({ text: 'x' }))])).toEqual([
      400,
      400,
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
    ])
  })

  it('expire after 30 minutes of the sandbox’s clock', async () => {
    const later = (minutes: number) =>
      respondWith([{ text: 'late' }], () => slack.world.clock.advance(minutes * 60_000))
    expect(await later(29)).toEqual(['ok'])
    expect(await later(31)).toEqual([404])
  })

  it('replace and delete the original message, also an ephemeral one', async () => {
    const blocks = [
      { type: 'actions', block_id: 'b', elements: [{ type: 'button', text: plain('Go'), action_id: 'go' }] },
    ]
    const { message_ts: ts } = await slack.api('chat.postEphemeral', {
      channel: CHANNEL,
      user: OPERATOR,
      text: 'old',
      blocks,
    })
    const press = () =>
      slack.post('/action', {
        user: OPERATOR,
        container: { type: 'message', channel: CHANNEL, ts },
        block_id: 'b',
        action_id: 'go',
        value: { type: 'button' },
      })
    let payload: BlockAction | undefined
    on.action = async ({ body, ack, respond }) => {
      payload = body
      await ack()
      await respond({ replace_original: true, text: 'new', blocks })
    }
    await press()
    const shown = async () => (await seen()).find((message) => message.ts === ts)
    await eventually(async () => (await shown())?.text === 'new')
    expect(payload).toMatchObject({ container: { is_ephemeral: true } })
    expect(payload).not.toHaveProperty('message')
    on.action = async ({ ack, respond }) => {
      await ack()
      await respond({ delete_original: true })
    }
    await press()
    await eventually(async () => (await shown()) === undefined)
  })
})

describe('actions in messages', () => {
  const blocks = [
    {
      type: 'actions',
      block_id: 'card',
      elements: [
        {
          type: 'button',
          action_id: 'open-step:inventory-review',
          text: plain('Open'),
          value: 'R42',
          style: 'primary',
        },
        {
          type: 'static_select',
          action_id: 'choose',
          options: ['a', 'b'].map((value) => ({ text: plain(value), value })),
        },
      ],
    },
  ]
  async function act(
    action_id: string,
    value: Args,
    more: Args = {},
  ): Promise<{ answer: Answer; body?: BlockAction }> {
    let body: BlockAction | undefined
    on.action = async (args) => {
      body = args.body
      await args.ack()
    }
    const { ts } = await slack.api('chat.postMessage', { channel: CHANNEL, text: 'card', blocks })
    const container = { type: 'message', channel: CHANNEL, ts }
    const answer = await slack.post('/action', {
      user: LEAD,
      container,
      block_id: 'card',
      action_id,
      value,
      ...more,
    })
    return { answer, ...(body ? { body } : {}) }
  }

  it('carry the element, the message, the state and a trigger', async () => {
    const { answer, body } = await act('open-step:inventory-review', { type: 'button', value: 'forged' })
    expect(answer).toEqual({ ok: true })
    expect(body).toMatchObject({
      type: 'block_actions',
      user: { id: LEAD, username: 'devops-lead' },
      container: { type: 'message', channel_id: CHANNEL, is_ephemeral: false },
      channel: { id: CHANNEL, name: 'flashfusion-ai' },
      message: { text: 'card', bot_id: 'B0ROTATIONBOT' },
      state: { values: { card: { choose: { type: 'static_select', selected_option: null } } } },
      actions: [{ block_id: 'card', type: 'button', value: 'R42', text: { text: 'Open' }, style: 'primary' }],
    })
    expect(body?.trigger_id).toMatch(/^\d+\.\d+\.[0-9a-f]{32}$/)
  })

  it('carry the chosen options', async () => {
    const selected_option = { text: plain('b'), value: 'b' }
    const { body } = await act('choose', { type: 'static_select', selected_option })
    expect(body?.actions).toMatchObject([{ action_id: 'choose', selected_option }])
    expect(body?.state).toMatchObject({ values: { card: { choose: { selected_option } } } })
  })

  it.each<[string, string, Args]>([
    ['an element that is not there', 'gone', { type: 'button' }],
    ['another type than the element has', 'choose', { type: 'button' }],
    [
      'an option that is not on offer',
      'choose',
      { type: 'static_select', selected_option: { text: plain('c'), value: 'c' } },
    ],
  ])('do not take %s', async (_, action, value) => {
    const { answer, body } = await act(action, value)
    expect(answer.ok).toBe(false)
    expect(body).toBeUndefined()
  })
})

describe('modals', () => {
  const note = {
    type: 'input',
    block_id: 'notes',
    label: plain('Notes'),
    element: { type: 'plain_text_input', action_id: 'text', min_length: 3, max_length: 5 },
  }
  const modal = (title: string, more: Args = {}) => ({
    type: 'modal',
    callback_id: 'start',
    private_metadata: 'R42',
    title: plain(title),
    submit: plain('Send'),
    blocks: [
      note,
      {
        type: 'actions',
        block_id: 'more',
        elements: [{ type: 'button', action_id: 'push', text: plain('More') }],
      },
    ],
    ...more,
  })
  const stack = async () => (await slack.get(`/views?user=${OPERATOR}`)).stack
  const titles = async () => (await stack()).map(({ title }) => title.text)
  const top = async () => {
    const view = (await stack()).at(-1)
    if (!view) throw new Error('no modal is open')
    return view
  }
  const submit = async (text: string) =>
    slack.post('/view-submission', {
      user: OPERATOR,
      view_id: (await top()).id,
      values: { notes: { text: { type: 'plain_text_input', value: text } } },
    })
  const close = async (more: Args = {}) =>
    slack.post('/view-closed', { user: OPERATOR, view_id: (await top()).id, ...more })
  const press = async () =>
    slack.post('/action', {
      user: OPERATOR,
      container: { type: 'view', view_id: (await top()).id },
      block_id: 'more',
      action_id: 'push',
      value: { type: 'button' },
      state: { values: { notes: { text: { value: 'typed' } } } },
    })

  async function open(view: Args = modal('First')): Promise<string> {
    const { trigger_id } = await type('/rotation start')
    await slack.api('views.open', { trigger_id, view })
    return String(trigger_id)
  }
  async function pushOnPress(view: Args): Promise<unknown> {
    let result: unknown
    on.action = async ({ body, ack }) => {
      await ack()
      const push = slack.api('views.push', { trigger_id: body.trigger_id, view })
      result = await push.then(
        ({ ok }) => ok,
        (error: { data: Answer }) => error.data.error,
      )
    }
    await press()
    return eventually(() => result)
  }

  it('open with a trigger, which is valid once, for 3 s, and is not used by a refused view', async () => {
    const { trigger_id } = await type('/rotation start')
    const attempt = (view: Args) => slack.api('views.open', { trigger_id, view })
    expect(await refusal(attempt({ type: 'modal' }))).toMatchObject({ error: 'invalid_arguments' })
    expect((await attempt(modal('First'))).view).toMatchObject({
      callback_id: 'start',
      previous_view_id: null,
    })
    expect(await refusal(attempt(modal('First')))).toMatchObject({ error: 'exchanged_trigger_id' })
    const forged = slack.api('views.open', { trigger_id: '1.2.3', view: modal('First') })
    expect(await refusal(forged)).toMatchObject({ error: 'invalid_trigger_id' })

    const late = await type('/rotation start')
    slack.world.clock.advance(60_000)
    // Triggers expire in real time.
    await new Promise((resolve) => setTimeout(resolve, 3_100))
    const tooLate = slack.api('views.open', { trigger_id: late.trigger_id, view: modal('Late') })
    expect(await refusal(tooLate)).toMatchObject({ error: 'expired_trigger_id' })
  })

  it('are updated by id and hash, or by external id', async () => {
    await open(modal('First', { external_id: 'R42' }))
    const { id, hash } = await top()
    const update = (args: Args) =>
      slack.api('views.update', { view: modal('Second', { external_id: 'R42' }), ...args })
    expect((await update({ view_id: id, hash })).view.hash).not.toBe(hash)
    expect(await refusal(update({ view_id: id, hash }))).toMatchObject({ error: 'hash_conflict' })
    expect((await update({ external_id: 'R42' })).view.id).toBe(id)
    expect(await refusal(update({ external_id: 'R43' }))).toMatchObject({ error: 'not_found' })
    expect(await titles()).toEqual(['Second'])
    await close()
    expect(await refusal(update({ view_id: id }))).toMatchObject({ error: 'not_found' })
  })

  it('are refused with an external id that is in use', async () => {
    await open(modal('First', { external_id: 'taken' }))
    const { trigger_id } = await type('/rotation start', { user: LEAD })
    const second = slack.api('views.open', { trigger_id, view: modal('Second', { external_id: 'taken' }) })
    expect(await refusal(second)).toMatchObject({ error: 'duplicate_external_id' })
  })

  it('stack three high, pushed from within only', async () => {
    await open()
    expect(await pushOnPress(modal('Second'))).toBe(true)
    expect(await pushOnPress(modal('Third'))).toBe(true)
    expect(await pushOnPress(modal('Fourth'))).toBe('push_limit_reached')
    const [first, second] = await stack()
    expect(second).toMatchObject({ root_view_id: first?.id, previous_view_id: first?.id })
    expect(await titles()).toEqual(['First', 'Second', 'Third'])
    const { trigger_id } = await type('/rotation start')
    const outside = slack.api('views.push', { trigger_id, view: modal('Outside') })
    expect(await refusal(outside)).toMatchObject({ error: 'not_found' })
  })

  it('send typed values with an action, and no message', async () => {
    await open()
    let body: BlockAction | undefined
    on.action = async (args) => {
      body = args.body
      await args.ack()
    }
    await press()
    expect(body).toMatchObject({
      container: { type: 'view' },
      view: { state: { values: { notes: { text: { type: 'plain_text_input', value: 'typed' } } } } },
    })
    expect(body).not.toHaveProperty('response_url')
    expect(body).not.toHaveProperty('message')
  })

  it.each([
    ['', 'Please complete this required field.'],
    ['ab', 'Please enter at least 3 characters.'],
    ['abcdef', 'Please enter no more than 5 characters.'],
  ])('with %j typed are refused by Slack itself', async (text, sentence) => {
    await open()
    let heard = false
    on.view = async ({ ack }) => {
      heard = true
      await ack()
    }
    expect(await submit(text)).toEqual({ ok: true, response_action: 'errors', errors: { notes: sentence } })
    expect((await top()).errors).toEqual({ notes: sentence })
    expect(heard).toBe(false)
  })

  it('send what was typed, with private metadata, and close one by one', async () => {
    await open()
    await pushOnPress(modal('Second'))
    let body: ViewSubmitAction | undefined
    on.view = async (args) => {
      body = args.body
      await args.ack()
    }
    expect(await submit('typed')).toEqual({ ok: true })
    expect(body?.view).toMatchObject({
      private_metadata: 'R42',
      callback_id: 'start',
      state: { values: { notes: { text: { type: 'plain_text_input', value: 'typed' } } } },
    })
    expect(await titles()).toEqual(['First'])
    await submit('typed')
    expect(await titles()).toEqual([])
  })

  it('show errors, an update, the next modal or nothing, as the app responds', async () => {
    await open()
    const answer = (response: Args) => {
      on.view = ({ ack }) => ack(response)
      return submit('typed')
    }
    const errors = { notes: 'There is no such rotation.' }
    expect(await answer({ response_action: 'errors', errors })).toEqual({
      ok: true,
      response_action: 'errors',
      errors,
    })
    expect((await top()).errors).toEqual(errors)
    expect((await answer({ response_action: 'update', view: modal('Updated') })).ok).toBe(true)
    expect((await top()).errors).toBeUndefined()
    expect((await answer({ response_action: 'push', view: modal('Pushed') })).ok).toBe(true)
    expect(await titles()).toEqual(['Updated', 'Pushed'])
    expect((await answer({ response_action: 'clear' })).ok).toBe(true)
    expect(await titles()).toEqual([])
  })

  it.each<[string, Args]>([
    ['an invalid view', { response_action: 'update', view: { type: 'modal', blocks: [] } }],
    ['an error at a block that is no input', { response_action: 'errors', errors: { more: 'Wrong' } }],
    ['no errors', { response_action: 'errors', errors: {} }],
    ['an unknown action', { response_action: 'explode' }],
  ])('stay as they are when the app answers %s', async (_, response) => {
    await open()
    on.view = ({ ack }) => ack(response)
    expect(await submit('typed')).toMatchObject({
      ok: false,
      error: expect.stringContaining('trouble connecting'),
    })
    expect(await titles()).toEqual(['First'])
  })

  it('stay when the app does not answer in 3 s', async () => {
    await open()
    on.view = async () => {}
    expect(await submit('typed')).toEqual({ ok: false, error: 'operation_timeout' })
    expect(await titles()).toEqual(['First'])
  })

  it('notify the app when they are closed, on request', async () => {
    await open()
    await close()
    expect(closed).toEqual([])
    await open(modal('First', { notify_on_close: true }))
    await pushOnPress(modal('Second', { notify_on_close: true }))
    await close()
    expect(closed).toMatchObject([
      { type: 'view_closed', is_cleared: false, view: { title: { text: 'Second' } } },
    ])
    await pushOnPress(modal('Second', { notify_on_close: true, clear_on_close: true }))
    await close()
    expect(closed.at(-1)).toMatchObject({ is_cleared: true })
    expect(await titles()).toEqual([])
  })

  it('belong to one person', async () => {
    await open()
    expect((await slack.get(`/views?user=${LEAD}`)).stack).toEqual([])
    const { id } = await top()
    const foreign = await slack.post('/view-submission', { user: LEAD, view_id: id, values: {} })
    expect(foreign.ok).toBe(false)
  })
})

describe('the App Home', () => {
  it('is published, and opened with an event', async () => {
    const view = { type: 'home', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Welcome' } }] }
    expect((await slack.get(`/home?user=${LEAD}`)).view).toBeNull()
    const { hash } = (await slack.api('views.publish', { user_id: LEAD, view })).view
    expect((await slack.get(`/home?user=${LEAD}`)).view.blocks[0]).toMatchObject({
      text: { text: 'Welcome' },
    })
    expect((await slack.get(`/home?user=${OPERATOR}`)).view).toBeNull()
    const publish = (with_hash: string) =>
      slack.api('views.publish', { user_id: LEAD, view, hash: with_hash })
    expect((await publish(hash)).ok).toBe(true)
    expect(await refusal(publish(hash))).toMatchObject({ error: 'hash_conflict' })
    expect(await refusal(slack.api('views.publish', { user_id: 'U0NOBODY', view }))).toMatchObject({
      error: 'user_not_found',
    })
    expect(await slack.post('/home-opened', { user: LEAD })).toEqual({ ok: true })
    await eventually(() => visitors.includes(LEAD))
  })
})

describe('the page', () => {
  it('sees the workspace with unread counts until it is read', async () => {
    await slack.post('/read', { user: LEAD, channel: CHANNEL })
    await slack.post('/message', { user: OPERATOR, channel: CHANNEL, text: 'hello @devops-lead' })
    const channels = async (user: string) => (await slack.get(`/workspace?user=${user}`)).channels
    expect(await channels(LEAD)).toMatchObject([
      { id: CHANNEL, member: true, unread: 1 },
      { id: 'C0GENERAL' },
    ])
    expect(await channels(OPERATOR)).toMatchObject([{ unread: 0 }, {}])
    expect((await last())?.text).toBe('hello <@U0DEVOPSLEAD|devops-lead>')
    await slack.post('/read', { user: LEAD, channel: CHANNEL })
    expect(await channels(LEAD)).toMatchObject([{ unread: 0 }, {}])
  })

  it.each<[string, string, Args | undefined]>([
    ['a stranger', '/workspace?user=U0NOBODY', undefined],
    ['the bot itself', '/views?user=U0ROTATIONBOT', undefined],
    ["another person's direct messages", `/conversation?user=${LEAD}&channel=D0OPERATOR`, undefined],
    ['an empty message', '/message', { user: LEAD, channel: CHANNEL, text: ' ' }],
    ['an unknown reason', '/socket/disconnect', { reason: 'boredom' }],
  ])('is refused %s with a sentence', async (_, path, body) => {
    const answer = await (body ? slack.post(path, body) : slack.get(path))
    expect(answer.error).toMatch(/^\w+: /)
  })
})
