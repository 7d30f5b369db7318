import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CREDENTIALS } from '#sandbox/demo-users'
import type { FaultId } from '#sandbox/faults'
import {
  type Answer,
  type Args,
  CHANNEL,
  ELSEWHERE,
  LEAD,
  OPERATOR,
  refusal,
  startWorkspace,
  type Workspace,
} from './workspace.ts'

let slack: Workspace
beforeAll(async () => {
  slack = await startWorkspace()
})
afterAll(() => slack.stop())

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('tokens', () => {
  it.each([
    ['auth.test', undefined, 'not_authed'],
    ['auth.test', 'xoxb-wrong', 'invalid_auth'],
    ['auth.test', CREDENTIALS.slackAppToken, 'not_allowed_token_type'],
    ['apps.connections.open', CREDENTIALS.slackBotToken, 'not_allowed_token_type'],
    ['apps.connections.open', 'xapp-wrong', 'invalid_auth'],
    ['no.such.method', CREDENTIALS.slackBotToken, 'unknown_method'],
    ['toString', CREDENTIALS.slackBotToken, 'unknown_method'],
  ])('%s with %s is %s', async (method, token, error) => {
    const { status, body } = await slack.call(method, { method: 'POST', headers: token ? bearer(token) : {} })
    expect({ status, ...body }).toMatchObject({ status: 200, ok: false, error })
  })

  it('is taken from the header, a form and a query, but not from a JSON body', async () => {
    const token = CREDENTIALS.slackBotToken
    const form = { method: 'POST', body: new URLSearchParams({ token }) }
    const json = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    }
    expect((await slack.call('auth.test', { headers: bearer(token) })).body.ok).toBe(true)
    expect((await slack.call('auth.test', form)).body.ok).toBe(true)
    expect((await slack.call(`auth.test?token=${token}`, {})).body.ok).toBe(true)
    expect((await slack.call('auth.test', json)).body.error).toBe('not_authed')
  })

  it('returns the scopes', async () => {
    const { response_metadata, ...identity } = await slack.web.auth.test()
    expect(identity).toMatchObject({ user_id: 'U0ROTATIONBOT', bot_id: 'B0ROTATIONBOT', team: 'FlashFusion' })
    expect(response_metadata?.scopes).toContain('chat:write')
  })
})

describe('messages', () => {
  const post = (args: Args = {}) =>
    slack.api('chat.postMessage', { channel: CHANNEL, text: 'hello', ...args })
  const history = (args: Args = {}) => slack.api('conversations.history', { channel: CHANNEL, ...args })

  it('go to an id, a name with or without #, or a person', async () => {
    for (const channel of [CHANNEL, '#flashfusion-ai', 'flashfusion-ai']) {
      expect((await post({ channel })).channel).toBe(CHANNEL)
    }
    expect((await post({ channel: OPERATOR })).channel).toBe('D0OPERATOR')
  })

  it('have rising timestamps, also when many come in one second', async () => {
    const posted = await Promise.all([1, 2, 3, 4].map((text) => post({ text: String(text) })))
    const stamps = posted.map(({ ts }) => ts)
    expect(new Set(stamps).size).toBe(4)
    for (const ts of stamps) expect(ts).toMatch(/^\d{10}\.\d{6}$/)
    expect((await history({ limit: 4 })).messages.map(({ ts }) => ts)).toEqual([...stamps].sort().reverse())
  })

  it.each<[string, Args, string]>([
    ['an unknown channel', { channel: 'C0NOWHERE' }, 'channel_not_found'],
    ['a channel that the bot is not in', { channel: ELSEWHERE }, 'not_in_channel'],
    ['nothing to say', { text: '' }, 'no_text'],
    ['an empty list of blocks alone', { text: '', blocks: [] }, 'no_text'],
    ['a thread that does not exist', { thread_ts: '1.000001' }, 'thread_not_found'],
    ['blocks that are no list', { blocks: '{"type":"divider"}' }, 'invalid_blocks_format'],
    ['blocks that are no JSON', { blocks: '[' }, 'invalid_blocks_format'],
    [
      'too many attachments',
      { attachments: Array.from({ length: 101 }, () => ({ text: 'x' })) },
      'too_many_attachments',
    ],
    ['metadata without a payload', { metadata: { event_type: 'card' } }, 'invalid_metadata_schema'],
    ['metadata that is no JSON', { metadata: '{' }, 'invalid_metadata_format'],
    [
      'more blocks than fit',
      { blocks: Array.from({ length: 6 }, () => section('x'.repeat(2_900))) },
      'msg_blocks_too_long',
    ],
  ])('are refused with %s', async (_, args, error) => {
    expect(await refusal(post(args))).toMatchObject({ error })
  })

  it('return metadata on request', async () => {
    const metadata = { event_type: 'rotation_card', event_payload: { rotation_id: 'R42' } }
    const { ts } = await post({ metadata })
    const at = { oldest: ts, latest: ts, inclusive: true }
    expect((await history(at)).messages[0]).not.toHaveProperty('metadata')
    expect((await history({ ...at, include_all_metadata: true })).messages[0]?.metadata).toEqual(metadata)
    await slack.api('chat.update', { channel: CHANNEL, ts, text: 'edited' })
    expect((await history({ ...at, include_all_metadata: true })).messages[0]?.metadata).toEqual(metadata)
  })

  it('are cut at 40,000 characters when posted, and refused at 4,001 when updated', async () => {
    const { ts, message } = await post({ text: 'x'.repeat(40_001) })
    expect(message.text).toHaveLength(40_000)
    const update = (length: number) =>
      slack.api('chat.update', { channel: CHANNEL, ts, text: 'x'.repeat(length) })
    expect(await refusal(update(4_001))).toMatchObject({ error: 'msg_too_long' })
    expect((await update(4_000)).ok).toBe(true)
  })

  it('lose their blocks when updated with a text only', async () => {
    const { ts } = await post({ text: 'card', blocks: [section('first')] })
    const target = { channel: CHANNEL, ts }
    const redrawn = await slack.api('chat.update', { ...target, text: 'card', blocks: [section('second')] })
    expect(redrawn.message.blocks[0]?.text.text).toBe('second')
    const plain = await slack.api('chat.update', { ...target, text: 'plain' })
    expect(plain.message).toMatchObject({ text: 'plain', edited: { user: 'U0ROTATIONBOT' } })
    expect(plain.message).not.toHaveProperty('blocks')
  })

  it('of others, and missing ones, cannot be updated or deleted', async () => {
    const { ts } = await slack.post('/message', { user: OPERATOR, channel: CHANNEL, text: 'mine' })
    const { update, delete: remove } = slack.web.chat
    expect(await refusal(update({ channel: CHANNEL, ts, text: 'x' }))).toMatchObject({
      error: 'cant_update_message',
    })
    expect(await refusal(remove({ channel: CHANNEL, ts }))).toMatchObject({ error: 'cant_delete_message' })
    const missing = { channel: CHANNEL, ts: '1.000001' }
    expect(await refusal(update({ ...missing, text: 'x' }))).toMatchObject({ error: 'message_not_found' })
    expect(await refusal(remove(missing))).toMatchObject({ error: 'message_not_found' })
  })

  it('form threads, whose first message counts replies and leaves a tombstone', async () => {
    const { ts } = await post({ text: 'card' })
    const answer = await post({ text: 'one', thread_ts: ts })
    await post({ text: 'to an answer', thread_ts: answer.ts })
    const thread = await slack.api('conversations.replies', { channel: CHANNEL, ts })
    expect(thread.messages.map(({ text }) => text)).toEqual(['card', 'one', 'to an answer'])
    expect(thread.messages[0]).toMatchObject({ reply_count: 2, reply_users: ['U0ROTATIONBOT'] })
    expect((await history({ limit: 1 })).messages[0]?.text).toBe('card')
    await slack.api('chat.delete', { channel: CHANNEL, ts })
    expect((await history({ limit: 1 })).messages[0]?.subtype).toBe('tombstone')
  })

  it('that are ephemeral are seen by one person and by no history', async () => {
    const { chat } = slack.web
    const { message_ts: ts = '' } = await chat.postEphemeral({ channel: CHANNEL, user: LEAD, text: 'psst' })
    const seen = async (user: string) =>
      (await slack.get(`/conversation?user=${user}&channel=${CHANNEL}`)).messages.some(
        (each) => each.ts === ts,
      )
    expect([await seen(LEAD), await seen(OPERATOR)]).toEqual([true, false])
    expect((await history({ limit: 999 })).messages.some((each) => each.ts === ts)).toBe(false)
    expect(await refusal(chat.update({ channel: CHANNEL, ts, text: 'x' }))).toMatchObject({
      error: 'message_not_found',
    })
    const stranger = chat.postEphemeral({ channel: CHANNEL, user: 'U0NOBODY', text: 'psst' })
    expect(await refusal(stranger)).toMatchObject({ error: 'user_not_found' })
  })

  it('have a permalink that leads to the page', async () => {
    const { ts } = await post()
    const { permalink = '' } = await slack.web.chat.getPermalink({ channel: CHANNEL, message_ts: ts })
    const response = await fetch(permalink, { redirect: 'manual' })
    expect(response.headers.get('location')).toBe(`/#/archives/${CHANNEL}/p${ts.replace('.', '')}`)
  })

  it('take a reaction once', async () => {
    const { ts } = await post()
    const react = (name: string) => slack.web.reactions.add({ channel: CHANNEL, timestamp: ts, name })
    expect((await react('eyes')).ok).toBe(true)
    expect(await refusal(react('eyes'))).toMatchObject({ error: 'already_reacted' })
    expect(await refusal(react('no such'))).toMatchObject({ error: 'invalid_name' })
  })

  it('are paged through with cursors, each exactly once', async () => {
    const seen: string[] = []
    for await (const page of slack.web.paginate('conversations.history', { channel: CHANNEL, limit: 3 })) {
      const { messages } = page as Answer
      expect(messages.length).toBeLessThanOrEqual(3)
      seen.push(...messages.map(({ ts }) => ts))
    }
    expect(seen).toEqual((await history({ limit: 999 })).messages.map(({ ts }) => ts))
    expect(seen.length).toBeGreaterThan(6)
    expect(await refusal(history({ cursor: 'nonsense' }))).toMatchObject({ error: 'invalid_cursor' })
    expect(await refusal(history({ limit: 1_001 }))).toMatchObject({ error: 'invalid_limit' })
  })

  it('are found between two timestamps, the edges only when inclusive', async () => {
    const [a, b, c] = await Promise.all([post(), post(), post()])
    const found = async (args: Args) => (await history(args)).messages.map(({ ts }) => ts)
    const range = { oldest: a?.ts, latest: c?.ts }
    expect(await found(range)).toEqual([b?.ts])
    expect(await found({ ...range, inclusive: true })).toEqual([c?.ts, b?.ts, a?.ts])
  })
})

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } })

describe('the rest of the workspace', () => {
  it('has the demo users', async () => {
    const { web } = slack
    expect((await web.users.list({})).members?.map(({ id }) => id)).toContain(LEAD)
    expect((await web.users.info({ user: LEAD })).user).toMatchObject({
      real_name: 'DevOps lead',
      is_bot: false,
    })
    expect((await web.users.lookupByEmail({ email: 'operator@flashfusion.test' })).user?.id).toBe(OPERATOR)
    expect((await web.usergroups.list({ include_users: true })).usergroups?.[0]?.users).toEqual([OPERATOR])
    expect((await web.usergroups.users.list({ usergroup: 'S0DEVOPSONCALL' })).users).toEqual([OPERATOR])
    expect((await web.bots.info({ bot: 'B0ROTATIONBOT' })).bot?.user_id).toBe('U0ROTATIONBOT')
    expect((await web.conversations.list({ types: 'public_channel,im' })).channels).toHaveLength(6)
    expect((await web.conversations.members({ channel: ELSEWHERE })).members).toHaveLength(4)
    expect((await web.conversations.open({ users: LEAD })).channel?.id).toBe('D0DEVOPSLEAD')
  })

  it.each<[string, Args, string]>([
    ['users.info', { user: 'U0NOBODY' }, 'user_not_found'],
    ['users.lookupByEmail', { email: 'nobody@flashfusion.test' }, 'users_not_found'],
    ['usergroups.users.list', { usergroup: 'S0NOBODY' }, 'no_such_subteam'],
    ['conversations.info', { channel: 'C0NOWHERE' }, 'channel_not_found'],
    ['conversations.history', { channel: ELSEWHERE }, 'not_in_channel'],
    ['conversations.replies', { channel: CHANNEL, ts: '1.000001' }, 'thread_not_found'],
    ['conversations.list', { types: 'everything' }, 'invalid_types'],
    ['files.info', { file: 'F0NOTHING' }, 'file_not_found'],
    ['chat.postMessage', { text: 'nowhere' }, 'invalid_arguments'],
  ])('%s refuses %o with %s', async (method, args, error) => {
    expect(await refusal(slack.web.apiCall(method, args))).toMatchObject({ error })
  })

  it('lets the bot join a channel, and reports when it is a member already', async () => {
    const { conversations, chat } = slack.web
    await conversations.join({ channel: ELSEWHERE })
    expect((await chat.postMessage({ channel: ELSEWHERE, text: 'here now' })).ok).toBe(true)
    expect((await conversations.join({ channel: ELSEWHERE })).warning).toBe('already_in_channel')
  })
})

describe('files', () => {
  it('go through the three steps of an upload into a thread', async () => {
    const { ts } = await slack.api('chat.postMessage', { channel: CHANNEL, text: 'evidence' })
    await slack.web.filesUploadV2({
      channel_id: CHANNEL,
      thread_ts: ts,
      initial_comment: 'The export',
      filename: 'export.json',
      title: 'Inventory export',
      content: '{"tokens":9}',
    })
    const { messages } = await slack.get(`/thread?user=${OPERATOR}&channel=${CHANNEL}&ts=${ts}`)
    expect(messages[1]).toMatchObject({ text: 'The export', files: [{ content: '{"tokens":9}' }] })
    const { file } = await slack.web.files.info({ file: messages[1]?.files[0]?.id ?? '' })
    expect(file).toMatchObject({
      title: 'Inventory export',
      size: 12,
      mimetype: 'application/json',
      shares: { public: { [CHANNEL]: [{ ts: messages[1]?.ts, thread_ts: ts }] } },
    })
    expect(await (await fetch(file?.permalink ?? '')).text()).toBe('{"tokens":9}')
    expect((await fetch(file?.url_private ?? '')).status).toBe(403)
  })

  it('open in a tab where they are pages, which run and load nothing', async () => {
    const { files } = await slack.web.filesUploadV2({
      channel_id: CHANNEL,
      filename: 'record.html',
      content: '<h1>Record</h1>',
    })
    const { file } = await slack.web.files.info({ file: files[0]?.files?.[0]?.id ?? '' })
    const page = await fetch(file?.permalink ?? '')
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(page.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none';/)
    expect(page.headers.get('x-content-type-options')).toBe('nosniff')
  })

  it('are shown in blocks once processed, if they are images', async () => {
    const upload = async (filename: string, content: string) => {
      const { files } = await slack.web.filesUploadV2({ filename, content })
      return files[0]?.files?.[0]?.id ?? ''
    }
    const post = (slack_file: Args) =>
      slack.api('chat.postMessage', {
        channel: CHANNEL,
        text: 'a picture',
        blocks: [{ type: 'image', alt_text: 'a picture', slack_file }],
      })
    const invalid = {
      error: 'invalid_blocks',
      messages: ['[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]'],
    }
    const id = await upload('ages.png', 'png')
    expect(await refusal(post({ id }))).toEqual(invalid)
    expect((await slack.web.files.info({ file: id })).file?.mimetype).toBe('')
    await expect.poll(async () => (await slack.web.files.info({ file: id })).file?.mimetype).toBe('image/png')
    expect((await post({ id })).ok).toBe(true)
    const { file } = await slack.web.files.info({ file: id })
    expect((await post({ url: file?.permalink })).ok).toBe(true)
    expect((await refusal(post({ id, url: file?.permalink }))).error).toBe('invalid_blocks')
    expect((await refusal(post({ id: 'F0NOWHERE00' }))).messages).toEqual(invalid.messages)
    expect((await refusal(post({ id: await upload('a.txt', 'text') }))).messages).toEqual(invalid.messages)
    const view = (slack_file: Args) => ({
      type: 'home',
      blocks: [{ type: 'image', alt_text: 'a picture', slack_file }],
    })
    const publish = (file: string) => slack.api('views.publish', { user_id: LEAD, view: view({ id: file }) })
    expect((await publish(id)).ok).toBe(true)
    expect((await refusal(publish('F0NOWHERE00'))).messages).toContain(
      '[ERROR] invalid slack file [json-pointer:/view/blocks/0/slack_file]',
    )
  })

  it('must have the announced length, and be uploaded before completion', async () => {
    const { files } = slack.web
    const { upload_url = '', file_id = '' } = await files.getUploadURLExternal({
      filename: 'a.txt',
      length: 3,
    })
    const complete = () => files.completeUploadExternal({ files: [{ id: file_id }] })
    expect((await fetch(upload_url, { method: 'POST', body: 'too long' })).status).toBe(400)
    expect(await refusal(complete())).toMatchObject({ error: 'file_not_found' })
    expect((await fetch(upload_url, { method: 'POST', body: 'abc' })).status).toBe(200)
    expect((await complete()).files).toMatchObject([{ id: file_id }])
    expect(await refusal(complete())).toMatchObject({ error: 'file_update_failed' })
  })
})

describe('faults', () => {
  const headers = { ...bearer(CREDENTIALS.slackBotToken), 'content-type': 'application/json' }
  const init = { method: 'POST', headers, body: JSON.stringify({ channel: CHANNEL, text: 'hello' }) }

  it.each([
    ['slack-rate-limited', 429, '1'],
    ['slack-server-error', 500, null],
  ] as const)('%s answers %d to chat calls only', async (fault, status, retryAfter) => {
    slack.world.faults.set(fault, true)
    const failed = await slack.call('chat.postMessage', init)
    expect([failed.status, failed.headers.get('retry-after')]).toEqual([status, retryAfter])
    expect((await slack.call('auth.test', { headers })).status).toBe(200)
    slack.world.faults.set(fault, false)
    expect((await slack.call('chat.postMessage', init)).body.ok).toBe(true)
  })

  it('slack-history-fails answers 500 to methods that read messages only', async () => {
    slack.world.faults.set('slack-history-fails', true)
    for (const method of ['conversations.history', 'conversations.replies'])
      expect((await slack.call(method, init)).status).toBe(500)
    expect((await slack.call('chat.postMessage', init)).body.ok).toBe(true)
    slack.world.faults.set('slack-history-fails', false)
  })

  const setFault = (id: FaultId, on: boolean) => {
    slack.world.faults.set(id, on)
    slack.world.changed('faults')
  }

  it('bot-removed-from-channel removes the bot from its channel, and adds it again', async () => {
    const info = () => slack.api('conversations.info', { channel: CHANNEL })
    setFault('bot-removed-from-channel', true)
    expect(await info()).toMatchObject({ channel: { is_member: false } })
    await expect(slack.api('chat.postMessage', { channel: CHANNEL, text: 'x' })).rejects.toThrow(
      'not_in_channel',
    )
    await expect(slack.api('conversations.history', { channel: CHANNEL })).rejects.toThrow('not_in_channel')
    setFault('bot-removed-from-channel', false)
    expect(await info()).toMatchObject({ channel: { is_member: true } })
    expect((await slack.api('chat.postMessage', { channel: CHANNEL, text: 'x' })).ok).toBe(true)
  })

  it('notice-deleted deletes the newest notice at once, and each later one before it is read', async () => {
    const post = (event_type: string) =>
      slack.api('chat.postMessage', {
        channel: CHANNEL,
        text: event_type,
        metadata: { event_type, event_payload: {} },
      })
    const texts = async () =>
      (await slack.api('conversations.history', { channel: CHANNEL })).messages.map((each) => each.text)
    const before = await texts()
    for (const type of ['rotation_notice', 'rotation_card', 'rotation_test_notice']) await post(type)
    expect((await texts()).slice(0, 3)).toEqual(['rotation_test_notice', 'rotation_card', 'rotation_notice'])
    setFault('notice-deleted', true)
    slack.world.faults.set('notice-deleted', false)
    expect((await texts()).slice(0, 2)).toEqual(['rotation_card', 'rotation_notice'])
    slack.world.faults.set('notice-deleted', true)
    await post('rotation_notice')
    expect((await texts()).slice(0, 2)).toEqual(['rotation_card', 'rotation_notice'])
    expect(await texts()).toEqual(['rotation_card', ...before])
    expect(await texts()).toEqual(['rotation_card', ...before])
    slack.world.faults.set('notice-deleted', false)
  })
})
