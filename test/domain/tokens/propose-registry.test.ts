import { describe, expect, it } from 'vitest'
import { parseRegistry } from '#domain/tokens/parse-registry'
import { proposeRegistry } from '#domain/tokens/propose-registry'
import { compareRegistry } from '#domain/tokens/registry-drift'
import { aSecret, read, unread } from '#test/support/check-input'

const secret = (name: string, tags: Record<string, string | undefined> = {}) =>
  read(aSecret({ name, tags: { env: 'staging', scope: 'evaluator', owner: 'platform', ...tags } }))

const CURRENT = `# Kept by the platform team.
version: 1
tokens:
  # the first one
  - agent: evaluator
    environment: staging
    secret: one
    owner: platform # since 2024
    cadence_days: 14
    notes: |
      a note of several lines,
      and the second
  - agent: evaluator
    environment: staging
    secret: "two"
    owner: 'tooling'

  - { agent: evaluator, environment: staging, secret: three, owner: platform }
`

/** @param arns ARNs in the file, by the name that they resolve to */
const propose = (
  current: string | null,
  readings: ReturnType<typeof secret>[],
  { removable = true, arns = {} }: { removable?: boolean; arns?: Record<string, string> } = {},
) => {
  const names = new Map(Object.entries(arns).map(([name, arn]) => [arn, name]))
  const written = current === null ? [] : parseRegistry(current, 'r.yaml')
  const tokens = written.map((token) => ({ ...token, secret: names.get(token.secret) ?? token.secret }))
  const listed = new Set(readings.map((each) => each.name))
  const others = tokens.filter((token) => !listed.has(token.secret)).map((token) => unread(token.secret))
  const { differences } = compareRegistry(tokens, readings, others)
  return proposeRegistry(
    current,
    differences,
    () => removable,
    (name) => arns[name] ?? name,
  )
}

/** Lines of one text that the other lacks. */
const lost = (from: string, to: string) => from.split('\n').filter((line) => !to.split('\n').includes(line))

describe('the proposed registry', () => {
  it('is the same as it is where nothing differs', () => {
    const found = propose(CURRENT, [secret('one'), secret('two', { owner: 'tooling' }), secret('three')])
    expect(found).toEqual({ text: null, changes: [], left: [] })
  })

  it('changes what differs and keeps every other line', () => {
    const { text, changes } = propose(CURRENT, [secret('one'), secret('two'), secret('three')])
    expect(changes).toEqual(['sets the owner of evaluator/staging to platform, it was tooling'])
    expect(lost(CURRENT, text ?? '')).toEqual(["    owner: 'tooling'"])
    expect(text?.split('\n')).toHaveLength(CURRENT.split('\n').length)
  })

  it('removes missing secrets and adds new ones at the end, in the usual order', () => {
    const news = [secret('s/b', { env: 'sandbox' }), secret('p/a', { env: 'production', owner: 'ops: team' })]
    const { text, changes } = propose(CURRENT, [secret('one'), secret('three'), ...news])
    expect(changes).toEqual([
      expect.stringContaining('removes evaluator/staging: two: access denied'),
      'adds evaluator/production (p/a), owned by ops: team',
      'adds evaluator/sandbox (s/b), owned by platform',
    ])
    expect(text).toContain('# the first one')
    expect(text).toContain('owner: platform # since 2024')
    expect(
      parseRegistry(text ?? '', 'r.yaml').map((token) => [token.secret, token.owner, token.cadenceDays]),
    ).toEqual([
      ['one', 'platform', 14],
      ['three', 'platform', null],
      ['p/a', 'ops: team', null],
      ['s/b', 'platform', null],
    ])
  })

  it('leaves what it cannot tell, and says so', () => {
    const readings = [
      secret('one', { owner: undefined }),
      secret('three'),
      secret('bare', { scope: undefined, env: undefined }),
    ]
    const { text, left } = propose(CURRENT, readings, { removable: false })
    expect(text).toBeNull()
    expect(left).toEqual([
      expect.stringContaining('its secret lacks the tag owner'),
      expect.stringContaining('the secrets manager has no two'),
      'bare lacks the tags env, scope, so its owner is unknown',
    ])
  })

  it('is a whole file where there was none', () => {
    const { text } = propose(null, [secret('b'), secret('a', { env: 'production' })])
    expect(text).toBe(`# Every capability token: which secret holds which agent's token, and who owns it.

version: 1
tokens:
  - agent: evaluator
    environment: production
    secret: a
    owner: platform
  - agent: evaluator
    environment: staging
    secret: b
    owner: platform
`)
  })

  it.each([
    ['without indentation', CURRENT.replace(/^ {2}/gm, '')],
    ['with the line ends of Windows', CURRENT.replaceAll('\n', '\r\n')],
  ])('keeps a file %s as it is', (_, current) => {
    const { text } = propose(current, [secret('one'), secret('two'), secret('three')])
    expect(lost(current, text ?? '').map((line) => line.trim())).toEqual(["owner: 'tooling'"])
  })

  it('finds an entry by the name in its ARN, and keeps the ARN', () => {
    const arn = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:one-AbCdEf'
    const readings = [
      secret('one', { owner: 'tooling' }),
      secret('two', { owner: 'tooling' }),
      secret('three'),
    ]
    const { text } = propose(CURRENT.replace('secret: one', `secret: ${arn}`), readings, {
      arns: { one: arn },
    })
    expect(text).toContain(arn)
    expect(text).toContain('owner: tooling # since 2024')
  })

  it.each(['- x: [', '"quote\'', '#no comment', '*alias', '&anchor', 'b: c', 'yes', '42', '!!tag', '{}'])(
    'holds the tag %j as a text',
    (owner) => {
      const { text } = propose(null, [secret('a', { owner })])
      expect(parseRegistry(text ?? '', 'r.yaml')).toMatchObject([{ owner }])
    },
  )

  it.each([{ owner: 'a\nb: c' }, { scope: 'x,$(curl evil)' }, { env: 'a b' }])(
    'leaves a secret with the tag %j, which no registry takes',
    (tags) => {
      expect(propose(null, [secret('a', tags)])).toEqual({
        text: null,
        changes: [],
        left: [expect.stringMatching(/^a has a tag that the registry does not take/)],
      })
    },
  )
})
