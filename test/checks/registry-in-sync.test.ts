import { describe, expect, it } from 'vitest'
import { registryInSync } from '#checks/registry-in-sync'
import { type RegisteredToken, RegistryWrong } from '#domain/tokens/registry'
import type { SecretReading } from '#domain/tokens/secret'
import { NotReadable } from '#domain/tokens/secret'
import { aCheckInput, aSecret, BEFORE, read, TOKEN, unread } from '#test/support/check-input'

const LISTED = read(aSecret())
const orphan = (name: string): SecretReading => read(aSecret({ name }))
const registered = (parts: Partial<RegisteredToken> = {}): RegisteredToken => ({
  agent: TOKEN.agent,
  environment: TOKEN.environment,
  secret: TOKEN.secret,
  owner: 'platform',
  cadenceDays: null,
  ...parts,
})

const verdictOn = (tokens: RegisteredToken[], listed: SecretReading[], others: SecretReading[] = []) =>
  registryInSync.run(
    aCheckInput({
      readRegistry: async () => tokens,
      readAll: async () => listed,
      readOthers: async (names) =>
        names.map((name) => others.find((reading) => reading.name === name) ?? unread(name)),
    }),
  )

describe('the registry matches', () => {
  it('when both name the same', async () => {
    expect(await verdictOn([registered()], [LISTED])).toMatchObject({
      state: 'passed',
      sentence: '1 in the registry, the same 1 in the secrets manager',
    })
  })

  it('when a new secret is not listed yet but can be described', async () => {
    expect(await verdictOn([registered()], [], [LISTED])).toMatchObject({ state: 'passed' })
  })

  it('when what is planned for deletion is registered no more', async () => {
    const dying = read(aSecret({ name: 'flashfusion/old', deletedAt: BEFORE }))
    expect(await verdictOn([registered()], [LISTED, dying])).toMatchObject({ state: 'passed' })
  })

  it.each<[string, RegisteredToken[], SecretReading[], string]>([
    [
      'a secret was deleted',
      [registered(), registered({ secret: 'gone' })],
      [LISTED],
      'has no gone (gone: access denied',
    ],
    [
      'a secret is unknown',
      [registered()],
      [LISTED, orphan('x/orphan')],
      'does not name the secret x/orphan',
    ],
    [
      'a secret is planned for deletion',
      [registered()],
      [read(aSecret({ deletedAt: BEFORE }))],
      '(it is scheduled for deletion)',
    ],
    [
      'the owner differs',
      [registered({ owner: 'tooling' })],
      [LISTED],
      'owner tooling in the registry, its secret says platform',
    ],
    [
      'the owner is not tagged',
      [registered()],
      [read(aSecret({ tags: { owner: undefined } }))],
      'lacks the tag owner',
    ],
    ['the environment differs', [registered({ environment: 'sandbox' })], [LISTED], 'environment sandbox'],
    ['the agent differs', [registered({ agent: 'planner' })], [LISTED], 'agent planner'],
    ['there is nothing at all', [], [], 'Neither the registry nor'],
  ])('not when %s', async (_, tokens, listed, words) => {
    const verdict = await verdictOn(tokens, listed)
    expect(verdict).toMatchObject({ state: 'failed', advice: expect.stringMatching(/\S/) })
    expect(verdict.sentence).toContain(words)
  })

  it('names three and counts the rest, and has all of them as evidence', async () => {
    const verdict = await verdictOn([registered()], [LISTED, ...['a', 'b', 'c', 'd', 'e'].map(orphan)])
    expect(verdict.sentence).toMatch(/secret a; .*secret b; .*secret c; and 2 more$/)
    expect(verdict.evidence).toHaveLength(5)
  })

  it('is not known when a secret could not be read', async () => {
    expect(await verdictOn([registered()], [unread(TOKEN.secret)])).toMatchObject({
      state: 'unknown',
      sentence: expect.stringContaining('access denied'),
      evidence: [{ url: null }],
    })
  })

  it('is wrong when one is wrong and another could not be read', async () => {
    const verdict = await verdictOn([registered()], [unread(TOKEN.secret), orphan('x/orphan')])
    expect(verdict).toMatchObject({ state: 'failed', sentence: expect.stringContaining('x/orphan') })
    expect(verdict.evidence).toHaveLength(2)
  })

  it('fails with the place when the registry is malformed, and is unknown when it cannot be reached', async () => {
    const wrong = aCheckInput({
      readRegistry: () => Promise.reject(new RegistryWrong('malformed at tokens.3')),
    })
    expect(await registryInSync.run(wrong)).toMatchObject({
      state: 'failed',
      sentence: 'malformed at tokens.3',
    })
    const away = aCheckInput({ readRegistry: () => Promise.reject(new NotReadable('GitHub answered 503')) })
    await expect(registryInSync.run(away)).rejects.toThrow(NotReadable)
  })
})
