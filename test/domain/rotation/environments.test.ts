import { describe, expect, it } from 'vitest'
import { checksOf } from '#checks/index'
import {
  DEFAULT_ENVIRONMENTS,
  type Environment,
  environmentsToPromote,
  environmentsToVerify,
  environmentsUnverified,
} from '#domain/rotation/environments'
import type { RotationToken } from '#domain/rotation/rotation'
import { aRotation, nineTokens, PRODUCTION, STAGING } from '#test/support/rotation-builder'

const scopeOf = (...environments: string[]) =>
  aRotation({ tokens: nineTokens().filter((token) => environments.includes(token.environment)) })

const names = (environments: Environment[]) => environments.map((each) => each.name)

describe('the environments of a rotation', () => {
  it.each<[string, string[], string[], string[]]>([
    ['everything', ['sandbox', 'staging', 'production'], ['sandbox', 'staging'], ['production']],
    ['staging and production', ['staging', 'production'], ['staging'], ['production']],
    ['sandbox and production', ['sandbox', 'production'], ['sandbox', 'staging'], ['production']],
    ['production alone', ['production'], ['staging'], ['production']],
    ['staging alone', ['staging'], ['staging'], []],
    ['sandbox alone', ['sandbox'], ['sandbox'], []],
    ['sandbox and staging', ['sandbox', 'staging'], ['sandbox', 'staging'], []],
    ['an environment that the config does not name', ['moon'], [], []],
  ])('of %s are verified in step 4, and promoted after the sign-offs', (_, scope, verified, promoted) => {
    const rotation = scopeOf(...scope)
    const given = {
      tokens: scope.includes('moon')
        ? nineTokens().map((token): RotationToken => ({ ...token, environment: 'moon' }))
        : rotation.tokens,
    }
    expect(names(environmentsToVerify(given, DEFAULT_ENVIRONMENTS))).toEqual(verified)
    expect(names(environmentsToPromote(given, DEFAULT_ENVIRONMENTS))).toEqual(promoted)
  })

  it('come in the order of the config', () => {
    const swapped = [STAGING, ...DEFAULT_ENVIRONMENTS.filter((each) => each.name !== 'staging')]
    expect(names(environmentsToVerify(scopeOf('sandbox', 'staging'), swapped))).toEqual([
      'staging',
      'sandbox',
    ])
  })

  it('without a smoke suite are not verified when none of their tokens is in scope', () => {
    const plain = DEFAULT_ENVIRONMENTS.map((each) => ({ ...each, smoke: false }))
    expect(environmentsToVerify(scopeOf('production'), plain)).toEqual([])
  })
})

describe('the checks of an environment', () => {
  const idsOf = (scope: string[], phase: 'integration-verification' | 'promotion', changed = {}) => {
    const environments = DEFAULT_ENVIRONMENTS.map((each) => ({ ...each, ...changed }))
    return checksOf(scopeOf(...scope), environments, phase).map(({ id }) => id)
  }

  it('of staging are there for production alone, to be shown as not verified', () => {
    expect(idsOf(['production'], 'integration-verification')).toEqual([
      'deployed:staging',
      'smoke-passed:staging',
      'agents-work:staging',
    ])
    expect(idsOf(['production'], 'promotion')).toEqual(['deployed:production', 'agents-work:production'])
  })

  it('belong to step 4 alone where nothing is promoted', () => {
    expect(idsOf(['sandbox'], 'integration-verification')).toEqual([
      'deployed:sandbox',
      'agents-work:sandbox',
    ])
    expect(idsOf(['sandbox'], 'promotion')).toEqual([])
  })

  it('have no deployment where agents read the secret while they run', () => {
    const scope = ['staging', 'production']
    expect(idsOf(scope, 'integration-verification', { takes: 'runtime' })).toEqual([
      'smoke-passed:staging',
      'agents-work:staging',
    ])
    expect(idsOf(scope, 'promotion', { takes: 'runtime' })).toEqual(['agents-work:production'])
  })

  it('have a smoke test after the sign-offs too, where the environment has a suite', () => {
    const environments = [{ ...PRODUCTION, smoke: true }]
    expect(checksOf(scopeOf('production'), environments, 'promotion').map(({ id }) => id)).toEqual([
      'deployed:production',
      'smoke-passed:production',
      'agents-work:production',
    ])
  })
})

describe('environments that step 4 cannot verify', () => {
  const of = (...names: string[]) =>
    environmentsUnverified(
      { tokens: names.map((environment) => ({ environment })) },
      DEFAULT_ENVIRONMENTS,
    ).map(({ name }) => name)

  it('are those of the smoke suite, where the scope reaches production without them', () => {
    expect(of('production')).toEqual(['staging'])
    expect(of('sandbox', 'production')).toEqual(['staging'])
    expect(of('staging', 'production')).toEqual([])
    expect(of('sandbox')).toEqual([])
    expect(of()).toEqual([])
  })
})
