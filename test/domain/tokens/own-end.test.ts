import { expect, it } from 'vitest'
import { inventoryRow } from '#domain/tokens/inventory'
import { ownEnd, type Secret } from '#domain/tokens/secret'

const NOW = '2026-11-28T00:00:00.000Z'

const ending = (endsAt?: string): Secret => ({
  name: 'a',
  tags: { env: 'production', scope: 'evaluator', owner: 'ops' },
  createdAt: '2026-11-01T00:00:00.000Z',
  deletedAt: null,
  versions: [
    {
      id: '3',
      createdAt: '2026-11-27T00:00:00.000Z',
      current: true,
      pending: false,
      state: 'live',
      ...(endsAt && { endsAt }),
    },
  ],
})

it.each([
  ['2026-11-29T16:00:00.000Z', 'ends by itself in 40 h'],
  ['2026-12-08T00:00:00.000Z', 'ends by itself in 10 days'],
  ['2026-11-28T00:20:00.000Z', 'ends by itself in 20 min'],
])('a current version that ends at %s is a problem of its token: %s', (endsAt, words) => {
  expect(ownEnd(ending(endsAt), NOW)).toBe(words)
  const row = inventoryRow({ name: 'a', secret: ending(endsAt), problem: null }, NOW)
  expect(row.problem).toBe(`the current version ${words}`)
})

it('says nothing of a version without an end', () => {
  expect(ownEnd(ending(), NOW)).toBeNull()
})
