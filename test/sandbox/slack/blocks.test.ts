import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Args, CHANNEL, OPERATOR, refusal, startWorkspace, type Workspace } from './workspace.ts'

let slack: Workspace
beforeAll(async () => {
  slack = await startWorkspace()
})
afterAll(() => slack.stop())

const x = (length: number) => 'x'.repeat(length)
const many = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index))
const plain = (length = 1) => ({ type: 'plain_text', text: x(length) })
const mrkdwn = (length = 1) => ({ type: 'mrkdwn', text: x(length) })
const option = (value: string | number = 'a', more: Args = {}) => ({
  text: plain(),
  value: String(value),
  ...more,
})
const options = (count: number) => many(count, option)
const button = (more: Args = {}) => ({ type: 'button', text: plain(), ...more })
const confirm = (more: Args = {}) => ({
  title: plain(),
  text: mrkdwn(),
  confirm: plain(),
  deny: plain(),
  ...more,
})
const actions = (...elements: Args[]) => ({ type: 'actions', elements })
const section = (more: Args) => ({ type: 'section', ...more })
const image = { type: 'image', image_url: 'https://example.test/a.png', alt_text: 'a' }
const input = (element: Args, more: Args = {}) => ({ type: 'input', label: plain(), element, ...more })
const text = (more: Args = {}) => ({ type: 'plain_text_input', ...more })
const table = (rows: number, columns: number, cell: Args = { type: 'raw_text', text: 'a' }) => ({
  type: 'table',
  rows: many(rows, () => many(columns, () => cell)),
})
const richText = (...elements: Args[]) => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements }],
})

/** Name, largest accepted value, value above the limit, Slack's complaint. */
type Limit = [name: string, fits: Args, tooMuch: Args, line: string]

const less = (max: number, pointer: string) =>
  `[ERROR] must be less than ${max + 1} characters [json-pointer:/blocks/0${pointer}]`
const items = (max: number, pointer: string) =>
  `[ERROR] no more than ${max} items allowed [json-pointer:/blocks/0${pointer}]`

function length(name: string, max: number, pointer: string, block: (length: number) => Args): Limit {
  return [name, block(max), block(max + 1), less(max, pointer)]
}

function count(name: string, max: number, pointer: string, block: (count: number) => Args): Limit {
  return [name, block(max), block(max + 1), items(max, pointer)]
}

const element = '/elements/0'
const LIMITS: Limit[] = [
  length('header', 150, '/text/text', (n) => ({ type: 'header', text: plain(n) })),
  length('section text', 3_000, '/text/text', (n) => section({ text: mrkdwn(n) })),
  length('section field', 2_000, '/fields/0/text', (n) => section({ fields: [mrkdwn(n)] })),
  length('block id', 255, '/block_id', (n) => ({ type: 'divider', block_id: x(n) })),
  length('action id', 255, `${element}/action_id`, (n) => actions(button({ action_id: x(n) }))),
  length('button text', 75, `${element}/text/text`, (n) => actions(button({ text: plain(n) }))),
  length('button value', 2_000, `${element}/value`, (n) => actions(button({ value: x(n) }))),
  length('button url', 3_000, `${element}/url`, (n) => actions(button({ url: x(n) }))),
  length('button label', 75, `${element}/accessibility_label`, (n) =>
    actions(button({ accessibility_label: x(n) })),
  ),
  length('confirm title', 100, `${element}/confirm/title/text`, (n) =>
    actions(button({ confirm: confirm({ title: plain(n) }) })),
  ),
  length('confirm text', 300, `${element}/confirm/text/text`, (n) =>
    actions(button({ confirm: confirm({ text: plain(n) }) })),
  ),
  length('confirm button', 30, `${element}/confirm/deny/text`, (n) =>
    actions(button({ confirm: confirm({ deny: plain(n) }) })),
  ),
  length('option text', 75, `${element}/options/0/text/text`, (n) =>
    actions({ type: 'static_select', options: [option('a', { text: plain(n) })] }),
  ),
  length('option value', 150, `${element}/options/0/value`, (n) =>
    actions({ type: 'static_select', options: [option(x(n))] }),
  ),
  length('option description', 75, `${element}/options/0/description/text`, (n) =>
    actions({ type: 'checkboxes', options: [option('a', { description: plain(n) })] }),
  ),
  length('placeholder', 150, `${element}/placeholder/text`, (n) =>
    actions({ type: 'users_select', placeholder: plain(n) }),
  ),
  length('group label', 75, `${element}/option_groups/0/label/text`, (n) =>
    actions({ type: 'static_select', option_groups: [{ label: plain(n), options: options(1) }] }),
  ),
  length('input label', 2_000, '/label/text', (n) => input(text(), { label: plain(n) })),
  length('input hint', 2_000, '/hint/text', (n) => input(text(), { hint: plain(n) })),
  length('alt text', 2_000, '/alt_text', (n) => ({ ...image, alt_text: x(n) })),
  length('image title', 2_000, '/title/text', (n) => ({ ...image, title: plain(n) })),
  length('markdown', 12_000, '/text', (n) => ({ type: 'markdown', text: x(n) })),
  length('table', 10_000, '/rows', (n) => table(1, 1, { type: 'raw_text', text: x(n) })),
  length('first value', 3_000, '/element/initial_value', (n) => input(text({ initial_value: x(n) }))),
  length('first value within max_length', 5, '/element/initial_value', (n) =>
    input(text({ initial_value: x(n), max_length: 5 })),
  ),
  count('fields', 10, '/fields', (n) => section({ fields: many(n, () => plain()) })),
  count('context elements', 10, '/elements', (n) => ({ type: 'context', elements: many(n, () => mrkdwn()) })),
  count('actions elements', 25, '/elements', (n) => actions(...many(n, () => button()))),
  count('checkboxes', 10, `${element}/options`, (n) => actions({ type: 'checkboxes', options: options(n) })),
  count('radio buttons', 10, `${element}/options`, (n) =>
    actions({ type: 'radio_buttons', options: options(n) }),
  ),
  count('overflow', 5, `${element}/options`, (n) => actions({ type: 'overflow', options: options(n) })),
  count('select options', 100, `${element}/options`, (n) =>
    actions({ type: 'static_select', options: options(n) }),
  ),
  count('table rows', 100, '/rows', (n) => table(n, 1)),
  count('table columns', 20, '/rows/0', (n) => table(1, n)),
]

const post = (...blocks: Args[]) => slack.api('chat.postMessage', { channel: CHANNEL, text: 'x', blocks })

describe('limits in messages', () => {
  it.each(LIMITS)('%s', async (_, fits, tooMuch, line) => {
    expect((await post(fits)).ok).toBe(true)
    const refused = await refusal(post(tooMuch))
    expect(refused.error).toBe('invalid_blocks')
    expect(refused.messages).toContain(line)
  })

  it('of 50 blocks', async () => {
    const dividers = (n: number) => many(n, () => ({ type: 'divider' }))
    expect((await post(...dividers(50))).ok).toBe(true)
    expect(await refusal(post(...dividers(51)))).toEqual({
      error: 'invalid_blocks',
      messages: ['[ERROR] no more than 50 items allowed [json-pointer:/blocks]'],
    })
  })

  it('count characters, so that an emoji is one', async () => {
    expect((await post({ type: 'header', text: { type: 'plain_text', text: '🔑'.repeat(150) } })).ok).toBe(
      true,
    )
  })

  it('of markdown apply to all blocks together', async () => {
    const refused = post({ type: 'markdown', text: x(7_000) }, { type: 'markdown', text: x(7_000) })
    expect(await refusal(refused)).toMatchObject({ error: 'invalid_blocks' })
  })
})

const RIGHT: [string, Args][] = [
  ['a section with fields only', section({ fields: [mrkdwn()] })],
  ['an image as accessory', section({ text: plain(), accessory: image })],
  [
    'a datepicker as accessory',
    section({ text: plain(), accessory: { type: 'datepicker', initial_date: '2026-01-31' } }),
  ],
  ['an input in a message', input(text())],
  ['a context with image and text', { type: 'context', elements: [image, mrkdwn(), plain()] }],
  ['a datetimepicker in actions', actions({ type: 'datetimepicker', initial_date_time: 1_700_000_000 })],
  ['mrkdwn in checkboxes', actions({ type: 'checkboxes', options: [option('a', { text: mrkdwn() })] })],
  ['an external select', actions({ type: 'external_select', min_query_length: 0 })],
  [
    'rich text',
    richText({ type: 'text', text: 'a', style: { bold: true } }, { type: 'user', user_id: OPERATOR }),
  ],
  ['a table', { ...table(2, 3), column_settings: [{ align: 'right' }] }],
  ['a chosen option', actions({ type: 'radio_buttons', options: options(2), initial_option: option(1) })],
]

const at = (message: string, pointer: string) => `[ERROR] ${message} [json-pointer:/blocks/0${pointer}]`
const WRONG: [string, Args, string][] = [
  ['an unknown block', { type: 'marquee' }, at('unsupported type: marquee', '/type')],
  ['a block without type', { text: plain() }, at('missing required field: type', '')],
  [
    'a block named as an object property',
    { type: 'constructor' },
    at('unsupported type: constructor', '/type'),
  ],
  [
    'a file block',
    { type: 'file', external_id: 'a', source: 'remote' },
    at('unsupported type: file', '/type'),
  ],
  ['an unknown field', { type: 'divider', color: 'red' }, at('invalid additional property: color', '')],
  ['an empty section', section({}), at('must provide one of `text` or `fields`', '')],
  ['an empty text', section({ text: plain(0) }), at('must be more than 0 characters', '/text/text')],
  ['a bare string as text', section({ text: 'a' }), at('must provide an object', '/text')],
  ['mrkdwn in a header', { type: 'header', text: mrkdwn() }, at('unsupported type: mrkdwn', '/text/type')],
  [
    'mrkdwn on a button',
    actions(button({ text: mrkdwn() })),
    at('unsupported type: mrkdwn', `${element}/text/type`),
  ],
  ['no elements', actions(), at('must provide at least 1 items', '/elements')],
  ['an unknown element', actions({ type: 'dial' }), at('unsupported type: dial', `${element}/type`)],
  ['an image among actions', actions(image), at('unsupported type: image', `${element}/type`)],
  [
    'a text input among actions',
    actions(text()),
    at('unsupported type: plain_text_input', `${element}/type`),
  ],
  [
    'a button in a context',
    { type: 'context', elements: [button()] },
    at('unsupported type: button', `${element}/type`),
  ],
  ['a button as input', input(button()), at('unsupported type: button', '/element/type')],
  [
    'a file input outside a modal',
    input({ type: 'file_input' }),
    at('unsupported type: file_input', '/element/type'),
  ],
  [
    'a text input as accessory',
    section({ text: plain(), accessory: text() }),
    at('unsupported type: plain_text_input', '/accessory/type'),
  ],
  [
    'a strange style',
    actions(button({ style: 'warning' })),
    at('must be a valid enum value', `${element}/style`),
  ],
  [
    'an option without value',
    actions({ type: 'overflow', options: [{ text: plain() }] }),
    at('missing required field: value', `${element}/options/0`),
  ],
  [
    'mrkdwn in a menu',
    actions({ type: 'overflow', options: [option('a', { text: mrkdwn() })] }),
    at('unsupported type: mrkdwn', `${element}/options/0/text/type`),
  ],
  [
    'a url in a select',
    actions({ type: 'static_select', options: [option('a', { url: 'https://a.test' })] }),
    at('invalid additional property: url', `${element}/options/0`),
  ],
  [
    'a select without options',
    actions({ type: 'static_select' }),
    at('must provide exactly one of `options` or `option_groups`', element),
  ],
  [
    'a choice that is not on offer',
    actions({ type: 'radio_buttons', options: options(2), initial_option: option(7) }),
    at('must match one of the provided options', `${element}/initial_option`),
  ],
  ['an input without label', { type: 'input', element: text() }, at('missing required field: label', '')],
  ['mrkdwn as label', input(text(), { label: mrkdwn() }), at('unsupported type: mrkdwn', '/label/type')],
  [
    'an image without alt text',
    { type: 'image', image_url: 'https://a.test' },
    at('missing required field: alt_text', ''),
  ],
  ['an image without source', { type: 'image', alt_text: 'a' }, at('missing required field: image_url', '')],
  [
    'a date that is none',
    actions({ type: 'datepicker', initial_date: 'today' }),
    at('must match the required format', `${element}/initial_date`),
  ],
  [
    'the same action id twice',
    actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
    at('`action_id` "a" already exists', '/elements/1/action_id'),
  ],
  [
    'an unknown rich text element',
    richText({ type: 'sparkle' }),
    at('unsupported type: sparkle', '/elements/0/elements/0/type'),
  ],
  [
    'a ragged table',
    {
      type: 'table',
      rows: [
        [{ type: 'raw_text', text: 'a' }],
        [
          { type: 'raw_text', text: 'a' },
          { type: 'raw_text', text: 'b' },
        ],
      ],
    },
    at('all rows must have the same number of cells', '/rows'),
  ],
  [
    'min_length above max_length',
    input(text({ min_length: 5, max_length: 4 })),
    at('`min_length` must not be greater than `max_length`', '/element'),
  ],
]

describe('rules in messages', () => {
  it.each(RIGHT)('take %s', async (_, block) => {
    expect((await post(block)).ok).toBe(true)
  })

  it.each(WRONG)('refuse %s', async (_, block, line) => {
    expect(await refusal(post(block))).toEqual({ error: 'invalid_blocks', messages: [line] })
  })

  it('refuse the same block id twice', async () => {
    const twice = [
      { type: 'divider', block_id: 'a' },
      { type: 'divider', block_id: 'a' },
    ]
    const messages = ['[ERROR] `block_id` "a" already exists [json-pointer:/blocks/1/block_id]']
    expect(await refusal(post(...twice))).toEqual({ error: 'invalid_blocks', messages })
  })

  it('apply to updates, ephemeral messages and file comments too', async () => {
    const { ts } = await post({ type: 'divider' })
    const blocks = [{ type: 'marquee' }]
    const calls: [string, Args][] = [
      ['chat.update', { channel: CHANNEL, ts, blocks }],
      ['chat.postEphemeral', { channel: CHANNEL, user: OPERATOR, blocks }],
    ]
    for (const [method, args] of calls) {
      expect(await refusal(slack.api(method, args))).toMatchObject({ error: 'invalid_blocks' })
    }
  })

  it('fill in ids and text defaults', async () => {
    const { message } = await post(section({ text: mrkdwn() }), actions(button()))
    expect(message.blocks).toMatchObject([
      { block_id: expect.stringMatching(/^.{5}$/), text: { verbatim: false } },
      { elements: [{ action_id: expect.stringMatching(/^.{5}$/), text: { emoji: true } }] },
    ])
  })
})

describe('views', () => {
  const home = (view: Args) =>
    slack.api('views.publish', { user_id: OPERATOR, view: { type: 'home', blocks: [], ...view } })
  // The view is valid, so Slack refuses only the invalid trigger.
  const modal = (view: Args) =>
    refusal(
      slack.api('views.open', {
        trigger_id: 'none',
        view: { type: 'modal', title: plain(), blocks: [], ...view },
      }),
    )
  const dividers = (n: number) => many(n, () => ({ type: 'divider' }))
  const LINE = '[ERROR] failed to match all allowed schemas [json-pointer:/view]'

  it.each<[string, Args, Args, string]>([
    [
      'title',
      { title: plain(24) },
      { title: plain(25) },
      'must be less than 25 characters [json-pointer:/view/title/text]',
    ],
    [
      'submit',
      { submit: plain(24) },
      { submit: plain(25) },
      'must be less than 25 characters [json-pointer:/view/submit/text]',
    ],
    [
      'close',
      { close: plain(24) },
      { close: plain(25) },
      'must be less than 25 characters [json-pointer:/view/close/text]',
    ],
    [
      'private_metadata',
      { private_metadata: x(3_000) },
      { private_metadata: x(3_001) },
      'must be less than 3001 characters [json-pointer:/view/private_metadata]',
    ],
    [
      'callback_id',
      { callback_id: x(255) },
      { callback_id: x(256) },
      'must be less than 256 characters [json-pointer:/view/callback_id]',
    ],
    [
      'blocks',
      { blocks: dividers(100) },
      { blocks: dividers(101) },
      'no more than 100 items allowed [json-pointer:/view/blocks]',
    ],
    [
      'inputs with submit only',
      { blocks: [input(text())], submit: plain() },
      { blocks: [input(text())] },
      'must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/0/input]',
    ],
    [
      'file inputs',
      { blocks: [input({ type: 'file_input' })], submit: plain() },
      { blocks: [input({ type: 'file_input', max_files: 11 })], submit: plain() },
      'must be less than 11 [json-pointer:/view/blocks/0/element/max_files]',
    ],
    [
      'alerts',
      { blocks: [{ type: 'alert', level: 'warning', text: { type: 'mrkdwn', text: 'a' } }] },
      { blocks: [{ type: 'alert', level: 'loud', text: { type: 'mrkdwn', text: 'a' } }] },
      'must be a valid enum value [json-pointer:/view/blocks/0/level]',
    ],
    ['no table', {}, { blocks: [table(1, 1)] }, 'unsupported type: table [json-pointer:/view/blocks/0/type]'],
    [
      'no markdown',
      {},
      { blocks: [{ type: 'markdown', text: 'a' }] },
      'unsupported type: markdown [json-pointer:/view/blocks/0/type]',
    ],
    ['a title', {}, { title: null }, 'missing required field: title [json-pointer:/view]'],
    [
      'no other type',
      {},
      { type: 'home', title: plain() },
      'unsupported type: home [json-pointer:/view/type]',
    ],
    [
      'one focus',
      { blocks: [input(text({ focus_on_load: true }))], submit: plain() },
      { blocks: many(2, () => input(text({ focus_on_load: true }))), submit: plain() },
      'only one element may have `focus_on_load` set to `true` [json-pointer:/view/blocks/1/element/focus_on_load]',
    ],
  ])('as modals have %s', async (_, right, wrong, line) => {
    expect((await modal(right)).error).toBe('invalid_trigger_id')
    expect(await modal(wrong)).toEqual({ error: 'invalid_arguments', messages: [LINE, `[ERROR] ${line}`] })
  })

  it('are refused beyond 250 kB', async () => {
    const big = many(100, () => section({ fields: many(2, () => plain(1_300)) }))
    expect(await modal({ blocks: big })).toMatchObject({ error: 'view_too_large' })
  })

  it('as homes have 100 blocks, inputs without submit, and no title', async () => {
    expect((await home({ blocks: dividers(100) })).ok).toBe(true)
    expect((await home({ blocks: [input(text())] })).ok).toBe(true)
    expect(await refusal(home({ blocks: dividers(101) }))).toMatchObject({ error: 'invalid_arguments' })
    const messages = [LINE, '[ERROR] invalid additional property: title [json-pointer:/view]']
    expect(await refusal(home({ title: plain() }))).toEqual({ error: 'invalid_arguments', messages })
  })
})
