import { describe, expect, it } from 'vitest'
import { ownCredentials } from '#doctor/own-credentials'
import { appendEntry } from '#domain/rotation/log-file'
import { sealerOf } from '#domain/rotation/log-keys'
import { NotReadable } from '#domain/tokens/secret'
import { parseExpiry } from '#integrations/github/token-expiry'
import { someDiagnostics } from '#test/support/diagnostics'
import { aLogEntry } from '#test/support/log-entry-builder'
import { NOW } from '#test/support/rotation-builder'
import { aSigningKey } from '#test/support/signing-keys'

const DAY = 86_400_000
const inDays = (days: number) => new Date(Date.parse(NOW) + days * DAY).toISOString()
const look = async (parts: Parameters<typeof someDiagnostics>[0]) =>
  (await ownCredentials.run(someDiagnostics(parts))).map(({ condition, sentence, remediation }) =>
    [`${condition}: ${sentence}`, remediation ?? []].flat().join(' → '),
  )
const github = (endsAt: string | null) => ({
  credentials: { githubEndsAt: async () => endsAt, secretsManagerEnd: async () => null },
})

describe('the bot’s own credentials', () => {
  it('are fine without an end, and long before it', async () => {
    expect(await look(github(null))).toEqual([
      expect.stringMatching(/^fine: The GitHub token does not end by itself; /),
    ])
    expect(await look(github(inDays(30)))).toEqual([
      expect.stringMatching(/^fine: The GitHub token is valid until /),
    ])
  })

  it.each([
    [
      9.5,
      /^broken: The GitHub token ends in 9 days \(\d{4}-\d\d-\d\d\).* → Make a new token .* set GITHUB_TOKEN\. SECURITY\.md/,
    ],
    [1.5, /^broken: The GitHub token ends in 1 day \(/],
    [-1, /^broken: The GitHub token ended on /],
  ])('are named %s days before they end', async (days, words) => {
    expect(await look(github(inDays(days)))).toEqual([expect.stringMatching(words)])
  })

  it('are named with what to do, of the secrets manager, too', async () => {
    const endsAt = inDays(2)
    const secretsManagerEnd = async () => ({
      what: 'The Vault token',
      endsAt,
      replace: 'Set a new VAULT_TOKEN',
    })
    expect(await look({ credentials: { githubEndsAt: async () => null, secretsManagerEnd } })).toEqual([
      expect.stringMatching(/^broken: The Vault token ends in 2 days .* → Set a new VAULT_TOKEN\. SECURITY/),
    ])
  })

  it('are unknown one by one', async () => {
    const githubEndsAt = async () => {
      throw new NotReadable('GitHub is out of reach')
    }
    expect(await look({ credentials: { githubEndsAt, secretsManagerEnd: async () => null } })).toEqual([
      expect.stringMatching(
        /^unknown: Until when the GitHub token is valid could not be read \(GitHub is out of reach/,
      ),
    ])
  })

  it('include a signing key that has signed for more than a year', async () => {
    const key = aSigningKey()
    const place = { repository: 'flashfusion/agents', branch: 'main', path: 'log.md' }
    const signed = (at: string) => ({
      ...github(null),
      config: { ...someDiagnostics({}).config, signingKeys: { current: key.id, earlier: null } },
      repository: {
        readLog: async () => ({
          text: appendEntry(
            null,
            aLogEntry({ at }),
            sealerOf({ current: key, earlier: null }, place, 'validated'),
          ),
          sha: 'x',
        }),
        readRegistry: async () => [],
        readPublicKey: async () => null,
      },
    })
    expect(await look(signed(inDays(-300)) as never)).toEqual([expect.stringMatching(/is in its first year/)])
    expect(await look(signed(inDays(-400)) as never)).toEqual([
      expect.stringMatching(
        /^broken: The signing key [0-9a-f]{16} has signed the log for 400 days.* → .*keygen.*signing-key\.md/,
      ),
    ])
  })

  it('of GitHub are read from its header', () => {
    expect(parseExpiry('2026-12-23 09:00:00 UTC')).toBe('2026-12-23T09:00:00.000Z')
    expect(parseExpiry('2026-12-23 09:00:00 -0700')).toBe('2026-12-23T16:00:00.000Z')
    for (const other of [undefined, '', 'soon']) expect(parseExpiry(other)).toBeNull()
  })
})
