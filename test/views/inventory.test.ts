import { describe, expect, it } from 'vitest'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import type { SecretReading } from '#domain/tokens/secret'
import { inventory, inventoryExport } from '#views/inventory'
import { registry } from '#views/registry'
import { messageProblems } from '../support/block-kit-checker.ts'
import { aSecret, BEFORE, OLD, oldVersion, read, unread } from '../support/check-input.ts'
import { HOSTILE_TEXTS } from '../support/hostile.ts'
import { aRotation, NOW } from '../support/rotation-builder.ts'

const many = (count: number, parts: (index: number) => SecretReading = (index) => good(index)) =>
  Array.from({ length: count }, (_, index) => parts(index))

const good = (index: number) =>
  read(
    aSecret({
      name: `flashfusion/region-${index % 40}/agent-${index}/capability-token`,
      tags: { env: `region-${index % 40}`, scope: `agent-${index}` },
    }),
  )

const troubled = (index: number) =>
  index % 3 === 0
    ? unread(`flashfusion/secret-${index}`)
    : read(aSecret({ name: `s-${index}`, tags: { owner: undefined } }))

const tableOf = ({ blocks }: { blocks: object[] }): string[][] =>
  blocks.flatMap((block) =>
    'rows' in block ? (block.rows as { text: string }[][]).map((row) => row.map((cell) => cell.text)) : [],
  )

describe('the inventory', () => {
  it.each([0, 1, 9, 30, 100, 900])('of %d secrets is one that Slack takes', (count) => {
    for (const readings of [many(count), many(count, troubled)]) {
      expect(messageProblems(inventory(readings, NOW, DEFAULT_ENVIRONMENTS))).toEqual([])
      expect(messageProblems(inventoryExport(aRotation(), readings, NOW, DEFAULT_ENVIRONMENTS))).toEqual([])
    }
  })

  it('counts by environment where there is no room for all, and loses none', () => {
    const rows = tableOf(inventory(many(900), NOW, DEFAULT_ENVIRONMENTS))
    expect(rows[0]?.slice(0, 2)).toEqual(['Environment', 'Secrets'])
    expect(rows.at(-1)?.[0]).toBe('20 others')
    expect(rows.slice(1).reduce((sum, row) => sum + Number(row[1]), 0)).toBe(900)
  })

  it('says what is wrong with each', () => {
    const rows = tableOf(
      inventory(
        [
          read(aSecret({ deletedAt: BEFORE, tags: { env: undefined, scope: undefined } })),
          read(aSecret({ name: 'z', versions: [oldVersion({ id: OLD })] })),
          unread('y'),
        ],
        NOW,
        DEFAULT_ENVIRONMENTS,
      ),
    )
    const problems = Object.fromEntries(rows.map((row) => [row.at(-1), row[7]]))
    expect(problems).toMatchObject({
      z: 'has no current version',
      y: 'access denied (DescribeSecret)',
      [aSecret().name]: 'is scheduled for deletion, lacks the tag env, scope',
    })
  })
})

describe.each(Object.entries(HOSTILE_TEXTS))('with %s', (_, text) => {
  it('inventory and registry are ones that Slack takes', () => {
    const tags = { owner: text, env: text, scope: text }
    const readings = [read(aSecret({ name: text, tags })), { name: text, secret: null, problem: text }]
    for (const list of [readings, Array(60).fill(readings).flat() as SecretReading[]]) {
      expect(messageProblems(inventory(list, NOW, DEFAULT_ENVIRONMENTS))).toEqual([])
      expect(messageProblems(inventoryExport(aRotation(), list, NOW, DEFAULT_ENVIRONMENTS))).toEqual([])
    }
    const token = { agent: text, environment: text, secret: text, owner: text, cadenceDays: null }
    const differences = [
      { kind: 'missing', token, reason: text },
      { kind: 'differs', token, field: 'owner', tag: text },
      { kind: 'unregistered', secret: aSecret({ name: text, tags }) },
    ] as const
    for (const proposal of [
      null,
      { state: 'open', url: 'https://github.example/pull/1' },
      { state: 'waiting', problem: text },
    ] as const) {
      const options = { path: text, registered: 9, unread: [text], left: [text], proposal }
      expect(messageProblems(registry({ ...options, differences: [...differences] }))).toEqual([])
      expect(
        messageProblems(registry({ ...options, differences: Array(300).fill(differences).flat() })),
      ).toEqual([])
    }
  })
})
