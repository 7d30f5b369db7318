import { describe, expect, it } from 'vitest'
import { inventoryExported } from '#checks/inventory-exported'
import { NotReadable, type SecretReading } from '#domain/tokens/secret'
import { aCheckInput, aSecret, read, scoped, unread } from '#test/support/check-input'
import { aToken } from '#test/support/rotation-builder'

const OTHER = aToken({ agent: 'orchestrator', environment: 'staging' })
const both = [scoped(aSecret()), scoped(aSecret({ name: OTHER.secret }), OTHER)]
const elsewhere = read(aSecret({ name: 'flashfusion/production/evaluator/capability-token' }))

const listing = (...readings: SecretReading[]) => ({
  scope: both,
  readAll: async () => readings,
})

describe('the token list is exported', () => {
  it('when every secret is listed, described and uploaded', async () => {
    const given = listing(...both.map(({ reading }) => reading), elsewhere)
    expect(await inventoryExported.run(aCheckInput(given))).toMatchObject({
      state: 'passed',
      sentence: '3 secrets listed and uploaded',
      evidence: [{ url: 'https://slack.example/files/inventory.csv' }],
    })
  })

  it('when a new secret is not in the list yet but can be described, and uploads that one, too', async () => {
    const uploaded: string[] = []
    const verdict = await inventoryExported.run(
      aCheckInput({
        ...listing(read(aSecret()), elsewhere),
        async exportInventory(readings) {
          uploaded.push(...readings.map((reading) => reading.name))
          return 'https://slack.example/files/inventory.csv'
        },
      }),
    )
    expect(verdict).toMatchObject({ state: 'passed', sentence: '3 secrets listed and uploaded' })
    expect(uploaded).toEqual([aSecret().name, elsewhere.name, OTHER.secret])
  })

  it('not when a secret in scope is neither listed nor described, and uploads nothing then', async () => {
    let uploads = 0
    const verdict = await inventoryExported.run(
      aCheckInput({
        scope: [scoped(aSecret()), scoped(null, OTHER)],
        readAll: async () => [read(aSecret())],
        async exportInventory() {
          uploads += 1
          return null
        },
      }),
    )
    expect(verdict).toMatchObject({
      state: 'failed',
      sentence: `The secrets manager does not list ${OTHER.secret}`,
      advice: expect.stringContaining('Create the secret'),
    })
    expect(uploads).toBe(0)
  })

  it('not when a secret in scope can only be described because its deletion is planned', async () => {
    const going = aSecret({ name: OTHER.secret, deletedAt: '2026-12-23T00:00:00.000Z' })
    const verdict = await inventoryExported.run(
      aCheckInput({
        scope: [scoped(aSecret()), scoped(going, OTHER)],
        readAll: async () => [read(aSecret())],
      }),
    )
    expect(verdict).toMatchObject({
      state: 'failed',
      sentence: `The secrets manager does not list ${OTHER.secret}`,
      advice: expect.stringContaining('restore it'),
    })
  })

  it('is unknown while the upload is missing', async () => {
    const given = { ...listing(...both.map(({ reading }) => reading)), exportInventory: async () => null }
    expect(await inventoryExported.run(aCheckInput(given))).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('upload to the thread has not finished'),
    })
  })

  it('is not known when a listed one could not be described, but what was read is uploaded', async () => {
    const given = listing(...both.map(({ reading }) => reading), unread('flashfusion/other'))
    expect(await inventoryExported.run(aCheckInput(given))).toMatchObject({
      state: 'unknown',
      sentence: expect.stringMatching(/^3 secrets listed and uploaded, but 1 .+flashfusion\/other: access/),
      evidence: [{ label: 'token list (CSV)' }],
    })
  })

  it('is unknown when the list cannot be read', async () => {
    const readAll = () => Promise.reject(new NotReadable('access denied (ListSecrets)'))
    await expect(inventoryExported.run(aCheckInput({ readAll }))).rejects.toThrow(NotReadable)
  })
})
