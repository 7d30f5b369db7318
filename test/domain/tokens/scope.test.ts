import { describe, expect, it } from 'vitest'
import { signOffRecord } from '#domain/rotation/sign-off-digest'
import { compareTokens, environmentsOf, inDeploymentOrder } from '#domain/tokens/scope'
import { aRotation, nineTokens } from '#test/support/rotation-builder'

const token = (environment: string) => ({ agent: 'evaluator', environment })

describe('the order of environments', () => {
  it('is on screens that in which the config deploys to them, others by name', () => {
    const tokens = ['zeta', 'production', 'eu', 'dev', 'alpha'].map(token)
    const config = ['dev', 'eu', 'production'].map((name) => ({ name }))
    expect(environmentsOf(inDeploymentOrder(tokens, config))).toEqual([
      'dev',
      'eu',
      'production',
      'alpha',
      'zeta',
    ])
  })

  it('is that of the runbook where no config says otherwise', () => {
    const tokens = ['production', 'sandbox', 'staging'].map(token).sort(compareTokens)
    expect(environmentsOf(tokens)).toEqual(['sandbox', 'staging', 'production'])
  })

  it('leaves what is signed alone, whose digest would change otherwise', () => {
    const shown = {
      tokens: inDeploymentOrder(
        nineTokens(),
        ['sandbox', 'staging', 'production'].map((name) => ({ name })),
      ),
    }
    expect(signOffRecord(aRotation(shown))).toBe(signOffRecord(aRotation({ tokens: nineTokens() })))
  })
})
