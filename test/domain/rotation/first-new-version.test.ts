import { describe, expect, it } from 'vitest'
import { DEFAULT_ENVIRONMENTS } from '#domain/rotation/environments'
import { firstNewVersion } from '#domain/rotation/first-new-version'
import { aRotation, aToken, NOW } from '#test/support/rotation-builder'

const inEnvironments = (versions: Record<string, string | null>) =>
  aRotation({
    tokens: Object.entries(versions).map(([environment, newVersionId]) =>
      aToken({ agent: 'evaluator', environment }, { newVersionId }),
    ),
  })

const seen = (before: Record<string, string | null>, after: Record<string, string | null>) =>
  firstNewVersion(inEnvironments(before), inEnvironments(after), DEFAULT_ENVIRONMENTS, NOW)

describe('the first new version in an environment that is deployed to after the sign-offs', () => {
  it('is an event that names it', () => {
    expect(seen({ staging: 'v2', production: null }, { staging: 'v2', production: 'v5' })).toMatchObject([
      {
        type: 'first-version-seen',
        data: { environment: 'production', agent: 'evaluator', versionId: 'v5' },
      },
    ])
  })

  it.each([
    ['only staging has one', { staging: null, production: null }, { staging: 'v2', production: null }],
    ['it was seen before', { production: 'v5' }, { production: 'v5' }],
    ['another one follows', { production: 'v5' }, { production: 'v6' }],
  ])('is no event when %s', (_, before, after) => {
    expect(seen(before, after)).toEqual([])
  })
})
